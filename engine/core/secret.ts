import { FettleError } from './error.ts'

/** What is seen of a secret wherever something makes text of it. */
export const mark = '(secret value)'

const values = new WeakMap<Secret, string>()
const identities = new Map<string, number>()

/**
 * A value that only what writes to its target may read. String conversion, JSON, inspection and comparison by structure
 * see a mark and a number, never the value.
 */
export class Secret {
  /** Equal for equal values; 0 while the value is not known. */
  readonly identity: number = 0

  toString(): string {
    return mark
  }

  toJSON(): string {
    return mark
  }

  [Symbol.toPrimitive](): string {
    return mark
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return mark
  }
}

/** Text that may be secret, in whole or in part. */
export type Text = string | Secret

export const isSecret = (value: unknown): value is Secret => value instanceof Secret

export const secretOf = (value: string): Secret => fulfil(new Secret(), value)

/** Gives a secret its value, once. */
export const fulfil = (secret: Secret, value: string): Secret => {
  if (values.has(secret)) throw new RangeError('a secret has its value already')
  values.set(secret, value)
  const identity = identities.get(value) ?? identities.size + 1
  identities.set(value, identity)
  return Object.assign(secret, { identity })
}

/** Whether its value is known yet. */
export const isFulfilled = (secret: Secret): boolean => values.has(secret)

/**
 * The value itself. Only for what writes to the target, compares, or hides: scripts/check-structure.ts lists the files.
 * Errors: `secret.locked` while the value is not known.
 */
export const reveal = (text: Text): string => {
  if (typeof text === 'string') return text
  const value = values.get(text)
  if (value === undefined) throw new FettleError(unknown)
  return value
}

const unknown = {
  code: 'secret.locked',
  message: 'a role uses a secret that is not among its settings, and so was not opened',
  hint: 'give the role a setting of secret() for it',
} as const

/**
 * Text with secrets in it, as a template literal: `` joined`machine ${host} password ${password}\n` ``. Secret where a
 * part of it is.
 */
export const joined = (literals: TemplateStringsArray, ...parts: readonly (Text | number)[]): Text => {
  const pieces = literals.flatMap((literal, index) => [literal, parts[index] ?? ''])
  const whole = pieces.map((piece) => (typeof piece === 'number' ? String(piece) : reveal(piece))).join('')
  return pieces.some(isSecret) ? secretOf(whole) : whole
}
