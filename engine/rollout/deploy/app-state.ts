import { rolloutDirectory } from '../../converge/state/rollouts.ts'
import type { App } from '../../core/app.ts'
import { command, quote } from '../../core/shell.ts'

/** What there is of an app on a host. */
export interface AppState {
  /** A rollout that has not ended. */
  readonly record: DeployRecord | null
  /** The release of the host as a whole; null for none. */
  readonly current: string | null
  /** Newest first. */
  readonly releases: readonly PlacedRelease[]
  readonly instances: readonly InstanceState[]
  readonly free: { readonly bytes: number; readonly inodes: number }
}

export interface PlacedRelease {
  readonly release: string
  readonly version: string
  /** Seconds since the epoch. */
  readonly placed: number
  /** It was healthy on every host once. */
  readonly healthy: boolean
  /** Its migration took away what the release before needs. */
  readonly contracts: boolean
  readonly migrated: boolean
}

export interface InstanceState {
  readonly port: number
  /** What it is to run; null for nothing. */
  readonly linked: string | null
  /** What it was started with; null where it does not run. */
  readonly running: string | null
  /** As systemd says it: `active`, `failed`. */
  readonly active: string
  /** Changes with every start. */
  readonly start: string
}

/** What a rollout writes on every host before the first instance changes. */
export interface DeployRecord {
  readonly run: string
  /** What is wanted. */
  readonly release: string
  readonly version: string
  /** What this host had before; null for nothing. */
  readonly from: string | null
  readonly who: string
  readonly since: string
  readonly direction: 'forward' | 'back'
}

export const recordFile = (app: App): string => `${rolloutDirectory}/${app.name}`

/** Where an instance says at its start what it was started with. */
export const startedFile = (unit: string): string => `/run/fettle/instances/${unit}`

/** Shell that tells what there is of an app. */
export const stateScript = (app: App): string => `
root=${quote(app.root)}
linked() { link=$(readlink "$1" 2>/dev/null) && printf %s "\${link##*/}" || printf -; }
printf 'record %s\\n' "$(cat ${quote(recordFile(app))} 2>/dev/null)"
printf 'current %s\\n' "$(linked "$root/current")"
for release in "$root"/releases/*/.release; do
  [ -e "$release" ] || break
  folder=\${release%/.release} marks=
  for mark in healthy contracts migrated; do [ ! -e "$folder/.$mark" ] || marks="$marks,$mark"; done
  printf 'release %s %s %s %s\\n' "\${folder##*/}" "$(stat -c %Y "$release")" "$marks," "$(sed -n 's/^VERSION=//p' "$release")"
done
instance() { # port unit started
  running=- start=$(systemctl show -p ActiveState -p MainPID -p ExecMainStartTimestampMonotonic --value -- "$2" | tr '\\n' ' ')
  case $start in *' active '*) ${app.switching === 'link' ? 'running=$(linked "$root/instances/$1")' : 'read -r running 2>/dev/null <"$3" || running=-'} ;; esac
  printf 'instance %s %s %s %s\\n' "$1" "$(linked "$root/instances/$1")" "$running" "$start"
}
${app.instances.map(({ port, unit }) => command('instance', String(port), unit, startedFile(unit))).join('\n')}
[ ! -d "$root" ] || stat -f -c 'free %a %S %d %c' "$root"`

export const readState = (output: string): AppState => {
  const lines = output.split('\n').map((line) => line.split(' '))
  const of = (word: string) => lines.flatMap(([first, ...rest]) => (first === word ? [rest] : []))
  const [free = []] = of('free')
  const [blocks = 0, size = 0, inodes = 0, all = 0] = free.map(Number)
  return {
    record: readRecord(of('record')[0]?.join(' ') ?? ''),
    current: known(of('current')[0]?.[0]),
    releases: of('release')
      .map(readRelease)
      .sort((one, other) => other.placed - one.placed),
    instances: of('instance').map(readInstance),
    // A file system that has no table of inodes, as Btrfs, says that it has none at all.
    free: { bytes: blocks * size, inodes: all === 0 && blocks > 0 ? Number.MAX_SAFE_INTEGER : inodes },
  }
}

const known = (word: string | undefined): string | null => (word === undefined || word === '-' ? null : word)

const readRelease = ([release = '', placed = '', marks = '', ...version]: readonly string[]): PlacedRelease => ({
  release,
  version: version.join(' '),
  placed: Number(placed),
  healthy: marks.includes(',healthy,'),
  contracts: marks.includes(',contracts,'),
  migrated: marks.includes(',migrated,'),
})

const readInstance = ([port = '', linked, running, ...rest]: readonly string[]): InstanceState => {
  // In the order of systemd's own: the process, then when it began, then the state.
  const words = rest.filter((word) => word !== '')
  const active = words.find((word) => /^[a-z-]+$/.test(word)) ?? 'unknown'
  return { port: Number(port), linked: known(linked), running: known(running), active, start: words.join(' ') }
}

/** One that cannot be read was written by another Fettle, or cut short: it is there, whatever it says. */
const readRecord = (json: string): DeployRecord | null => {
  if (json.trim() === '') return null
  try {
    return JSON.parse(json)
  } catch {
    return { run: '?', release: '?', version: '?', from: null, who: 'somebody', since: '?', direction: 'forward' }
  }
}
