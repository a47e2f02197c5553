import { type ErrorCode, FettleError, type Problem } from '../../core/error.ts'

/** Which log-in an error is about. */
export interface Where {
  /** The inventory's name. */
  readonly host: string
  /** `user@address:port`, or how else the host is reached. */
  readonly login: string
}

export const fault = (
  where: Where,
  code: ErrorCode,
  message: string,
  extra: Omit<Partial<Problem>, 'code' | 'host' | 'message'> = {},
  cause?: unknown,
): FettleError => new FettleError({ code, host: where.host, message, ...extra }, cause)

/** What was said, ready to be shown: the last lines, without control characters. Undefined when nothing was. */
export const tail = (said: string, lines = 8): string | undefined => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a host says must not steer the terminal
  const text = said.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '').trim()
  return text === '' ? undefined : text.split('\n').slice(-lines).join('\n')
}
