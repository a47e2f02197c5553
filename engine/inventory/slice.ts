/** A pattern without its slice, and the slice. `only` picks one that must exist; a span may come out empty. */
export interface Sliced {
  readonly base: string
  readonly only?: number
  readonly span?: readonly [first: number, end?: number]
}

/** `web[0]`, `web[-1]`, `web[1:3]` with both ends, `web[2:]`. In a regex, brackets are its own. */
export const readSlice = (pattern: string): Sliced => {
  const match = pattern.startsWith('~') ? null : /^(.+)\[(?:(-?\d+)|(\d+):(\d*))\]$/.exec(pattern)
  if (match?.[1] === undefined) return { base: pattern }
  const [, base, index, first, last] = match
  if (index !== undefined) return { base, only: Number(index) }
  return { base, span: last === '' ? [Number(first)] : [Number(first), Number(last) + 1] }
}

export const slice = ({ only, span }: Sliced, names: readonly string[]): readonly string[] => {
  if (only !== undefined) return [names.at(only)].filter((name) => name !== undefined)
  return span ? names.slice(...span) : names
}

/** `web[1-3]`: a slice to Ansible, digits to a shell; whoever writes it gets what he did not expect. */
export const isAmbiguous = (pattern: string): boolean => !pattern.startsWith('~') && /\[\d+-\d*\]$/.test(pattern)
