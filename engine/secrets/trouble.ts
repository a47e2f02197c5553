import { type ErrorCode, FettleError } from '../core/error.ts'

type Code = Extract<ErrorCode, `secret.${string}`>

/** What is wrong with a secret; where it is wanted is for others to say. */
export const trouble = (code: Code, message: string, hint?: string, detail?: string): FettleError =>
  new FettleError({ code, message, ...(hint !== undefined && { hint }), ...(detail && { detail }) })
