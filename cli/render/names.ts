import { groupBy } from '../../engine/core/group-by.ts'
import { counted } from './look.ts'
import { visibleLine } from './visible.ts'
import { truncated } from './width.ts'

interface Parts {
  readonly name: string
  readonly before: string
  readonly digits: string
  readonly after: string
}

/** The number by which a host is told from its kin: the last one in its first label, or else in the whole name. */
const partsOf = (name: string): Parts => {
  const [label = ''] = name.split('.', 1)
  const counts = /\D/.test(label) && /\d/.test(label) ? label : name
  const match = /^(.*?)(\d{1,15})(\D*)$/.exec(counts)
  if (!match) return { name, before: name, digits: '', after: '' }
  return { name, before: match[1] ?? '', digits: match[2] ?? '', after: `${match[3]}${name.slice(counts.length)}` }
}

const next = (digits: string): string => String(Number(digits) + 1).padStart(digits.length, '0')

/** Numbers in order, neighbours joined: `01:12`, `14`. */
const ranges = (numbers: readonly string[]): string[] => {
  const rest = [...numbers].sort((a, b) => Number(a) - Number(b) || a.length - b.length)
  const texts: string[] = []
  for (let first = rest.shift(); first !== undefined; first = rest.shift()) {
    let last = first
    for (let at = rest.indexOf(next(last)); at >= 0; at = rest.indexOf(next(last)))
      last = rest.splice(at, 1)[0] as string
    texts.push(first === last ? first : `${first}:${last}`)
  }
  return texts
}

const kinText = (kin: readonly Parts[]): string => {
  const [{ before, after, name }] = kin as [Parts]
  return kin.length === 1 ? name : `${before}[${ranges(kin.map(({ digits }) => digits)).join(',')}]${after}`
}

/** Many names in few words: `web[01:12,14], db1`. */
export const compressNames = (names: readonly string[]): string => {
  const kin = groupBy([...new Set(names)].map(partsOf), ({ before, digits, after }) =>
    [before, after, !digits].join('\0'),
  )
  return [...kin.values()].map(kinText).join(', ')
}

/** The same, ready for a terminal, where there is room for it; otherwise its beginning, and how many hosts it stands for. */
export const namesWithin = (names: readonly string[], room: number): string => {
  const whole = visibleLine(compressNames(names))
  if (whole.length <= room) return whole
  const count = counted(names.length, 'host')
  const beginning = room - count.length - 3
  return beginning < 10 ? count : `${truncated(whole, beginning)} (${count})`
}
