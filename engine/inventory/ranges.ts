/** Names that one entry under `hosts` stands for, and the port written after it. */
export interface HostEntry {
  readonly names: readonly string[]
  readonly port?: number
}

/** Far beyond any site, and soon enough to stop `[0:99999999]`. */
const most = 65_536

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

/**
 * Reads `web[01:50].example.com`, `db[a:f]`, `n[1:9:2]`, `web1:2222`, `[::1]:22`.
 * Errors: a RangeError whose message says what is wrong with the range or the name.
 */
export const readHostEntry = (entry: string): HostEntry => {
  const { pattern, port } = splitPort(entry)
  const names = expand(pattern)
  for (const name of names) checkName(name)
  return { names, ...(port !== undefined && { port }) }
}

const splitPort = (entry: string): { pattern: string; port?: number } => {
  const match = /^\[([^\]]*:[^\]]*:[^\]]*)\]:(\d+)$/.exec(entry) ?? /^((?:[^:[\]]|\[[^\]]*\])*):(\d+)$/.exec(entry)
  if (match?.[1] === undefined) return { pattern: entry }
  const port = Number(match[2])
  if (port < 1 || port > 65_535) throw new RangeError(`${port} is not a port`)
  return { pattern: match[1], port }
}

const expand = (pattern: string): readonly string[] => {
  const match = /^([^[]*)\[([^\]]*)\](.*)$/.exec(pattern)
  if (!match) {
    if (pattern.includes('[')) throw new RangeError('a range that begins with "[" must end with "]"')
    return [pattern]
  }
  const [, head = '', range = '', tail = ''] = match
  const middles = sequence(range)
  const tails = expand(tail)
  if (middles.length * tails.length > most) throw new RangeError(`[${range}] stands for more than ${most} hosts`)
  return middles.flatMap((middle) => tails.map((rest) => `${head}${middle}${rest}`))
}

const sequence = (range: string): readonly string[] => {
  const match = /^([^:]*):([^:]*)(?::(\d+))?$/.exec(range)
  if (!match) throw new RangeError(`[${range}] must be [first:last] or [first:last:step]`)
  const [, first = '', last = '', stepText = '1'] = match
  const step = Number(stepText)
  if (step < 1) throw new RangeError(`the step of [${range}] must be at least 1`)
  if (last === '') throw new RangeError(`[${range}] must say where it ends`)
  if (/^\d*$/.test(first) && /^\d+$/.test(last)) return numbers(range, first || '0', last, step)
  if (/^[A-Za-z]$/.test(first) && /^[A-Za-z]$/.test(last)) return characters(range, first, last, step)
  throw new RangeError(`[${range}] must go from number to number or from letter to letter`)
}

const numbers = (range: string, first: string, last: string, step: number): readonly string[] => {
  const padded = first.length > 1 && first.startsWith('0')
  if (padded && first.length !== last.length) throw new RangeError(`both ends of [${range}] must have the same length`)
  const from = Number(first)
  const count = Math.floor((Number(last) - from) / step) + 1
  if (count < 1) throw new RangeError(`[${range}] ends before it begins`)
  if (count > most) throw new RangeError(`[${range}] stands for more than ${most} hosts`)
  return Array.from({ length: count }, (_, index) =>
    String(from + index * step).padStart(padded ? first.length : 0, '0'),
  )
}

const characters = (range: string, first: string, last: string, step: number): readonly string[] => {
  const [from, to] = [letters.indexOf(first), letters.indexOf(last)]
  if (to < from) throw new RangeError(`[${range}] ends before it begins`)
  return [...letters.slice(from, to + 1)].filter((_, index) => index % step === 0)
}

/** Host names become file names and words of a command line: only what DNS and people use is let in. */
const checkName = (name: string): void => {
  const word = /^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$/.test(name) && !name.includes('..')
  const ipv6 = /^[0-9a-fA-F]*:[0-9a-fA-F:.]*$/.test(name)
  if (name.length <= 253 && (word || ipv6)) return
  throw new RangeError(`"${name}" is not a host name: letters, digits, "-", "_" and "." make one`)
}
