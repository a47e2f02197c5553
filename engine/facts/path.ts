import type { Fact } from '../core/fact.ts'
import { command } from '../core/shell.ts'

/** What is at a path, the last component not followed. */
export type PathAnswer =
  | { readonly type: 'absent' }
  | ({ readonly type: 'file'; readonly size: number; readonly sha256: string } & Ownership)
  | ({ readonly type: 'directory' } & Ownership)
  | ({ readonly type: 'symlink'; readonly target: string } & Ownership)
  | ({ readonly type: 'other' } & Ownership)

/** Whether a mode lets everybody read. */
export const isPublic = (mode: string): boolean => (Number.parseInt(mode, 8) & 0o004) !== 0

export interface Ownership {
  /** The number, where the host has no name for it. */
  readonly owner: string
  readonly group: string
  /** Four octal digits. */
  readonly mode: string
  /** Last change of content or ownership, seconds since the epoch. */
  readonly changedAt: number
}

/** One `stat` and one `sha256sum` for any number of paths. */
export const path: Fact<string, PathAnswer> = {
  name: 'path',

  script: (paths) => `
set -- ${command(...paths)}
${statCommand} "$@" 2>/dev/null
for p do
  shift
  [ -f "$p" ] && [ ! -h "$p" ] && set -- "$@" "$p"
done
[ $# -eq 0 ] || sha256sum -- "$@" 2>/dev/null
:`,

  parse: (output, paths) => {
    const lines = output.split('\n')
    const stats = readStats(lines)
    const sums = readSums(lines)
    return paths.map((name) => {
      const found = stats.get(name) ?? absent
      return found.type === 'file' ? { ...found, sha256: sums.get(name) ?? '' } : found
    })
  },
}

/** The type as a number and names quoted as in C: no hostile link can forge a line. */
export const statCommand = `QUOTING_STYLE=c stat -c '%f|%U|%G|%u|%g|%s|%.6Z|%N' --`

const absent: PathAnswer = { type: 'absent' }

const types: Readonly<Record<number, PathAnswer['type']>> = { 8: 'file', 4: 'directory', 10: 'symlink' }

const quoted = String.raw`"(?:[^"\\]|\\.)*"`
const statLine = new RegExp(
  String.raw`^([0-9a-f]+)\|([^|]*)\|([^|]*)\|(\d+)\|(\d+)\|(\d+)\|([\d.]+)\|(${quoted})(?: -> (${quoted}))?$`,
)

/** Answers by path, from the output of `statCommand`; what is missing is absent. Files have no sum yet. */
export const readStats = (lines: readonly string[]): ReadonlyMap<string, PathAnswer> => {
  const answers = new Map<string, PathAnswer>()
  for (const line of lines) {
    const [, raw = '', owner = '', group = '', uid = '', gid = '', size, changedAt, name, target] =
      statLine.exec(line) ?? []
    if (name === undefined) continue
    const bits = Number.parseInt(raw, 16)
    const ownership: Ownership = {
      owner: owner === 'UNKNOWN' ? uid : owner,
      group: group === 'UNKNOWN' ? gid : group,
      mode: (bits & 0o7777).toString(8).padStart(4, '0'),
      changedAt: Number(changedAt),
    }
    const type = types[bits >> 12] ?? 'other'
    answers.set(unquote(name), answerOf(type, ownership, Number(size), unquote(target ?? '""')))
  }
  return answers
}

const answerOf = (type: PathAnswer['type'], ownership: Ownership, size: number, target: string): PathAnswer => {
  if (type === 'file') return { type, size, sha256: '', ...ownership }
  if (type === 'symlink') return { type, target, ...ownership }
  return { type: type === 'directory' ? type : 'other', ...ownership }
}

const escapes: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/** Reads a C string; bytes beyond ASCII are octal. */
const unquote = (literal: string): string => {
  const bytes = literal
    .slice(1, -1)
    .replace(/\\([0-7]{3}|.)/gs, (_, code: string) =>
      code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (escapes[code] ?? code),
    )
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

/** `sha256sum` begins a line with a backslash where it had to escape the name. */
const readSums = (lines: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    lines.flatMap((line) => {
      const [, escaped, sum, name] = /^(\\?)([0-9a-f]{64}) [ *](.*)$/.exec(line) ?? []
      if (sum === undefined || name === undefined) return []
      return [[escaped ? name.replace(/\\(.)/g, (_, code: string) => escapes[code] ?? code) : name, sum]]
    }),
  )
