import type { Fact } from '../../core/fact.ts'
import { sha256 } from '../../core/hash.ts'
import { command } from '../../core/shell.ts'
import type { Script, Step } from '../../core/step.ts'
import { type PathAnswer, readStats, statCommand } from '../../facts/path.ts'
import { stateDirectory } from './manifest.ts'

/** How many earlier versions of one file a host keeps, and how many bytes of all files together. */
const most = 10
const mostBytes = 100 * 2 ** 20

const folder = `${stateDirectory}/generations`

export const generationsOf = (path: string): string => `${folder}/${sha256(path)}`

/** Where one of them is. */
export const keptAt = (path: string, { number }: { readonly number: number }): string =>
  `${generationsOf(path)}/${number}`

/** What a file was replaced for. */
export interface About {
  readonly key: string
  readonly role: string
  /** The run's name, where it has one. */
  readonly run?: string
  /** Replacing it could have cut the way in, and so can giving it back. */
  readonly guarded?: true
}

/** What is written beside a file that was replaced. */
export interface Replacement extends About {
  readonly path: string
  /** SHA-256 of the content, or `symlink`. */
  readonly was: string
}

/** A file as it was before Fettle replaced or removed it. */
export interface Generation extends Replacement {
  /** Counted from 1 for each path; the newest has the highest. */
  readonly number: number
  /** Seconds since the epoch by the host's clock, when it was replaced. */
  readonly at: number
  /** What is kept: type, size, owner and mode. */
  readonly kept: PathAnswer
}

/** What to write beside the version that a step replaces; null where it replaces none. */
export const replacementOf = (step: Exclude<Step, Script>, about: About): Replacement | null =>
  step.relies === null || step.relies === '-' ? null : { path: step.path, ...about, was: step.relies }

/**
 * Shell functions that keep what is at `./$name` before it is replaced. It is a hard link, which costs no copy: Fettle
 * itself never writes into a file that is in place, and a sum tells where somebody else has.
 */
export const generationFunctions = `
remember() { # folder replacement
  [ -n "$1" ] && { [ -f "./$name" ] || [ -h "./$name" ]; } || return 0
  newest=0
  for record in "$1"/*.json; do
    record=\${record##*/} record=\${record%.json}
    case $record in *[!0-9]*) ;; *) [ "$record" -le "$newest" ] || newest=$record ;; esac
  done
  next=$((newest + 1)) oldest=$((newest + 1 - ${most}))
  (umask 077
    { [ -d "$1" ] || mkdir -p -- "$1"; } &&
    { ln -fPT -- "./$name" "$1/$next" 2>/dev/null || cp -aT --remove-destination -- "./$name" "$1/$next"; } &&
    printf '%s\\n' "$2" > "$1/$next.json") || {
    echo "what $directory/$name was could not be kept in $1" >&2
    return 1
  }
  [ ! -e "$1/$oldest.json" ] || rm -f -- "$1/$oldest" "$1/$oldest.json"
}
too_much() { # folder bytes
  used=$(du -s -B1 -- "$1") && [ "\${used%%[!0-9]*}" -gt "$2" ]
}
tidy_generations() { # folder bytes
  [ -d "$1" ] && too_much "$1" "$2" || return 0
  ls -rt -- "$1"/*/*.json | while IFS= read -r record && too_much "$1" "$2"; do
    rm -f -- "\${record%.json}" "$record"
  done
}`

/** Shell that lets the oldest go where all together have become too many. */
export const tidyScript = command('tidy_generations', folder, String(mostBytes))

/** All that a host keeps, newest first. */
export const generations: Fact<null, readonly Generation[]> = {
  name: 'generations',

  script: () => `
for record in ${folder}/*/*.json; do
  IFS= read -r line 2>/dev/null <"$record" || continue
  set -- "$@" "$record" "\${record%.json}"
  printf 'record|%s|%s\\n' "$record" "$line"
done
[ $# -eq 0 ] || ${statCommand} "$@" 2>/dev/null
:`,

  parse: (output) => {
    const lines = output.split('\n')
    const stats = readStats(lines)
    return [lines.flatMap((line) => readRecord(line, stats)).sort(newestFirst)]
  },
}

const newestFirst = (a: Generation, b: Generation): number => b.at - a.at || b.number - a.number

const readRecord = (line: string, stats: ReadonlyMap<string, PathAnswer>): Generation[] => {
  const [, file = '', number, json = ''] = /^record\|(\S+\/(\d+)\.json)\|(.*)$/.exec(line) ?? []
  const record = stats.get(file)
  const kept = stats.get(file.replace(/\.json$/, ''))
  if (record?.type !== 'file' || !kept) return []
  try {
    return [{ ...(JSON.parse(json) as Replacement), number: Number(number), at: record.changedAt, kept }]
  } catch {
    return []
  }
}
