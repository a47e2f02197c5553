import { isSecret, mark, reveal, type Secret, secretOf, type Text } from '../core/secret.ts'

/** A secret inside a template: text as any other, and whoever reads it is noticed. */
class Sealed extends String {
  readonly #noticed: () => void

  constructor(secret: Secret, noticed: () => void) {
    super(reveal(secret))
    this.#noticed = noticed
  }

  override toString(): string {
    this.#noticed()
    return super.toString()
  }

  override valueOf(): string {
    return this.toString()
  }
}

type Variables = Readonly<Record<string, unknown>>

/** One rendering: its variables with secrets that can be read, and what becomes of what they were read for. */
export interface Sealing {
  readonly variables: Variables
  /** Secret if a secret was read on the way. */
  result(text: string): Text
  /** What is said about a mistake, without the secrets in it. */
  told(text: string): string
}

export const seal = (variables: Variables): Sealing => {
  const found: string[] = []
  let isRead = false
  const noticed = () => {
    isRead = true
  }
  const open = (secret: Secret): Sealed => {
    found.push(reveal(secret))
    return new Sealed(secret, noticed)
  }
  return {
    variables: opened(variables, open, new Map()) as Variables,
    result: (text) => (isRead ? secretOf(text) : text),
    told: (text) => found.reduce(hide, text),
  }
}

/** Some filters say a word in small letters when they complain of it. */
const hide = (text: string, value: string): string =>
  value === '' ? text : text.replaceAll(new RegExp(value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'gi'), mark)

/** The value with its secrets replaced; itself where there are none. */
const opened = (value: unknown, open: (secret: Secret) => Sealed, seen: Map<object, unknown>): unknown => {
  if (isSecret(value)) return open(value)
  if (!isContainer(value)) return value
  if (seen.has(value)) return seen.get(value)
  seen.set(value, value)
  const entries = Object.entries(value)
  const inner = entries.map(([key, part]) => [key, opened(part, open, seen)] as const)
  if (inner.every(([, part], index) => part === entries[index]?.[1])) return value
  const copy = Array.isArray(value) ? inner.map(([, part]) => part) : Object.fromEntries(inner)
  seen.set(value, copy)
  return copy
}

const isContainer = (value: unknown): value is object =>
  Array.isArray(value) ||
  (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype)
