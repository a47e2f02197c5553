import { writeFileSync } from 'node:fs'
import { FettleError } from '../engine/core/error.ts'

/** For this user's eyes. Errors: `usage` where it cannot be written. */
export const writePage = (file: string, page: string): void => {
  try {
    writeFileSync(file, page, { mode: 0o600 })
  } catch (error) {
    throw new FettleError({ code: 'usage', message: `${file} cannot be written`, detail: (error as Error).message })
  }
}
