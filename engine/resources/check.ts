import { FettleError } from '../core/error.ts'

/** Refuses a declaration that no host could meet. */
export const check = (holds: boolean, message: string, hint?: string): void => {
  if (!holds) throw new FettleError({ code: 'resource.invalid', message, ...(hint !== undefined && { hint }) })
}

/** Absolute, and the one way to say it: no `..`, no doubled slash. */
export const checkPath = (path: string): void =>
  check(
    /^(\/[^/\p{Cc}]+)+$/u.test(path) && !path.split('/').some((part) => part === '.' || part === '..'),
    `${JSON.stringify(path)} is not an absolute, plain path`,
    'write it from the root on, without "..", "//" and a slash at the end',
  )

export const checkMode = (mode: string | undefined): void =>
  check(
    mode === undefined || /^[0-7]{3,4}$/.test(mode),
    `${JSON.stringify(mode)} is not a mode`,
    'write it like "0644"',
  )

/** Users and groups as Debian lets them be called. */
export const checkName = (name: string): void =>
  check(/^[a-z_][a-z0-9_.-]{0,31}$/.test(name), `${JSON.stringify(name)} is not a name for a user or group`)

/** One line of printable text: what a line of a configuration file can hold. */
export const checkLine = (what: string, value: string): void =>
  check(!/\p{Cc}/u.test(value), `${what} holds a line break or another control character: ${JSON.stringify(value)}`)
