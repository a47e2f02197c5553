/** A filter, test or function was given what it cannot work on. */
export class Misuse extends Error {
  readonly hint: string | undefined

  constructor(message: string, hint?: string) {
    super(message)
    this.hint = hint
  }
}

/** As in Jinja: nothing, zero and what is empty are false. */
export const truth = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.length > 0
  if (value instanceof String) return value.length > 0
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0
  return Boolean(value)
}

/** Text that is wrapped, because it is secret or comes from a macro, as it is compared. */
export const plain = (value: unknown): unknown => (value instanceof String ? value.toString() : value)

export const kindOf = (value: unknown): string => {
  if (value === undefined || value === null) return String(value)
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string' || value instanceof String) return 'text'
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value}`
}

/** Text as it would be printed. */
export const text = (value: unknown): string => {
  if (value instanceof String) return String(value)
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new Misuse(`expected text, found ${kindOf(value)}`)
}

export const list = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value
  throw new Misuse(`expected a list, found ${kindOf(value)}`)
}

export const mapping = (value: unknown): Readonly<Record<string, unknown>> => {
  if (kindOf(value) === 'a mapping') return value as Readonly<Record<string, unknown>>
  throw new Misuse(`expected a mapping, found ${kindOf(value)}`)
}

export const number = (value: unknown): number => {
  if (typeof value === 'number' && !Number.isNaN(value)) return value
  throw new Misuse(`expected a number, found ${kindOf(value)}`)
}

/** The attribute of an item, dots leading deeper: `address.port`. */
export const attributeOf = (item: unknown, attribute: unknown): unknown =>
  text(attribute)
    .split('.')
    .reduce<unknown>((value, key) => {
      const holds = typeof value === 'object' && value !== null && Object.hasOwn(value, key)
      return holds ? Reflect.get(value, key) : undefined
    }, item)

/** The same, where absence is a mistake. */
export const neededAttribute = (item: unknown, attribute: unknown): unknown => {
  const value = attributeOf(item, attribute)
  if (value === undefined) throw new Misuse(`an element has no "${text(attribute)}"`)
  return value
}

/** Numbers by size, text by its characters; anything else has no order. */
export const order = (one: unknown, other: unknown): number => {
  const [left, right] = [plain(one), plain(other)]
  const comparable = typeof left === typeof right && ['number', 'string', 'boolean'].includes(typeof left)
  if (!comparable) throw new Misuse(`${kindOf(left)} and ${kindOf(right)} have no order`)
  return (left as string) < (right as string) ? -1 : (left as string) > (right as string) ? 1 : 0
}

/** Equal by content. */
export const same = (left: unknown, right: unknown): boolean =>
  plain(left) === plain(right) ||
  (typeof left === 'object' && typeof right === 'object' && JSON.stringify(left) === JSON.stringify(right))

/** Between separators, or between runs of white space when none is given. */
export const words = (value: string, separator: unknown): string[] =>
  separator === undefined || separator === null ? value.split(/\s+/).filter(Boolean) : value.split(text(separator))
