import type { Fact } from '../core/fact.ts'
import { command } from '../core/shell.ts'

/** What is at a path, the last component not followed. */
export type PathAnswer =
  | { readonly type: 'absent' }
  | ({ readonly type: 'file'; readonly size: number; readonly sha256: string } & Ownership)
  | ({ readonly type: 'directory' } & Ownership)
  | ({ readonly type: 'symlink'; readonly target: string } & Ownership)
  | ({ readonly type: 'other' } & Ownership)

export interface Ownership {
  readonly owner: string
  readonly group: string
  /** Four octal digits. */
  readonly mode: string
  /** Last change of content or ownership, seconds since the epoch. */
  readonly changedAt: number
}

const types: Readonly<Record<string, PathAnswer['type']>> = {
  'regular file': 'file',
  'regular empty file': 'file',
  directory: 'directory',
  'symbolic link': 'symlink',
}

const absent: PathAnswer = { type: 'absent' }

/** One `stat`, one `sha256sum` and one `readlink` for any number of paths. Paths hold no newline. */
export const path: Fact<string, PathAnswer> = {
  name: 'path',

  script: (paths) => `
set -- ${command(...paths)}
stat -c '%F|%U|%G|%a|%s|%.6Z|%n' -- "$@" 2>/dev/null
for p do
  shift
  [ -h "$p" ] && printf 'link|%s|%s\\n' "$(readlink -- "$p")" "$p"
  [ -f "$p" ] && [ ! -h "$p" ] && set -- "$@" "$p"
done
[ $# -eq 0 ] || sha256sum -- "$@" 2>/dev/null
:`,

  parse: (output, paths) => {
    const { stats, targets, sums } = readLines(output)
    return paths.map((name) => {
      const stat = stats.get(name)
      if (!stat) return absent
      const [kind = '', owner = '', group = '', mode = '', size = '', changedAt = ''] = stat
      const ownership = { owner, group, mode: mode.padStart(4, '0'), changedAt: Number(changedAt) }
      const type = types[kind] ?? 'other'
      if (type === 'file') return { type, size: Number(size), sha256: sums.get(name) ?? '', ...ownership }
      if (type === 'symlink') return { type, target: targets.get(name) ?? '', ...ownership }
      return { type: type === 'directory' ? type : 'other', ...ownership }
    })
  },
}

const readLines = (output: string) => {
  const stats = new Map<string, string[]>()
  const targets = new Map<string, string>()
  const sums = new Map<string, string>()
  for (const line of output.split('\n')) {
    const sum = /^\\?([0-9a-f]{64}) [ *](.*)$/.exec(line)
    const link = /^link\|(.*)\|([^|]*)$/.exec(line)
    const stat = /^([^|]*)\|([^|]*)\|([^|]*)\|(\d+)\|(\d+)\|([\d.]+)\|(.*)$/.exec(line)
    if (sum?.[1] && sum[2] !== undefined) sums.set(sum[2], sum[1])
    else if (link?.[2]) targets.set(link[2], link[1] ?? '')
    else if (stat?.[7]) stats.set(stat[7], stat.slice(1, 7))
  }
  return { stats, targets, sums }
}
