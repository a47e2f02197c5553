import type { Fact } from '../core/fact.ts'
import { command } from '../core/shell.ts'

/** A package as dpkg has it. */
export interface PackageAnswer {
  readonly status: PackageStatus
  /** Empty where nothing is unpacked. */
  readonly version: string
  /** Upgrades and removals by apt are refused. */
  readonly held: boolean
  /** When its files were last unpacked, seconds since the epoch. */
  readonly changedAt: number
}

/** dpkg's own words. */
export type PackageStatus =
  | 'not-installed'
  | 'config-files'
  | 'half-installed'
  | 'unpacked'
  | 'half-configured'
  | 'triggers-awaited'
  | 'triggers-pending'
  | 'installed'

export const noPackage: PackageAnswer = { status: 'not-installed', version: '', held: false, changedAt: 0 }

const fields = ['Package', 'Architecture', 'db:Status-Want', 'db:Status-Status', 'Version', 'db-fsys:Last-Modified']
const format = fields.map((field) => `\${${field}}`).join('|')

/** One `dpkg-query` for any number of packages, by name or `name:architecture`. */
export const packages: Fact<string, PackageAnswer> = {
  name: 'packages',

  script: (names) => `
dpkg-query -W -f='${format}\\n' -- ${command(...names)} 2>/dev/null || [ $? -eq 1 ]`,

  parse: (output, names) => {
    const found = output.split('\n').flatMap(readLine)
    return names.map((name) => {
      const matches = found.filter((line) => line.name === name || line.qualified === name)
      return (matches.find((line) => line.answer.status === 'installed') ?? matches[0])?.answer ?? noPackage
    })
  },
}

const readLine = (line: string) => {
  const [name, architecture, want, status, version = '', changedAt] = line.split('|')
  if (!name || !status) return []
  const answer: PackageAnswer = {
    status: status as PackageStatus,
    version: status === 'config-files' ? '' : version,
    held: want === 'hold',
    changedAt: Number(changedAt) || 0,
  }
  return [{ name, qualified: `${name}:${architecture}`, answer }]
}

/** What an interrupted dpkg left undone: names of packages, and `dpkg` itself for a journal not yet merged. */
export const unfinishedPackages: Fact<null, readonly string[]> = {
  name: 'unfinished packages',

  script: () => `
set -- /var/lib/dpkg/updates/*
[ ! -e "$1" ] || echo 'journal|dpkg'
dpkg-query -W -f='\${db:Status-Status}|\${Package}\\n' | grep -Ev '^(installed|config-files|not-installed)[|]'
:`,

  parse: (output) => [[...new Set(output.split('\n').flatMap((line) => line.split('|')[1] ?? []))]],
}

/** The installed packages that cannot stay when this one goes, directly or through each other. */
export const dependants: Fact<string, readonly string[]> = {
  name: 'dependants',

  script: (names) => `
architecture=$(dpkg --print-architecture)
needing() {
  dpkg --no-act --remove -- "$@" 2>&1 |
    sed -nE "s/^ ([^ ]+) (pre-)?depends on .*/\\1/; t found; d; :found; s/:$architecture$//; p" | sort -u
}
for name in ${command(...names)}; do
  echo "for $name"
  set -- "$name"
  while :; do
    more=
    for other in $(needing "$@"); do
      case " $* " in *" $other "*) ;; *) more="$more $other" ;; esac
    done
    [ -n "$more" ] || break
    printf '%s\\n' $more
    set -- "$@" $more
  done
done`,

  parse: (output, names) => {
    const sections = output.split(/^for .*\n/m).slice(1)
    return names.map((_, index) => (sections[index] ?? '').split('\n').filter((line) => line !== ''))
  },
}
