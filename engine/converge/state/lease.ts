import type { Fact } from '../../core/fact.ts'
import { stateDirectory } from './manifest.ts'

/** Who wants to change a host, for whoever comes in between. */
export interface Claim {
  /** Unlike any other run's. */
  readonly owner: string
  /** `ada@laptop` */
  readonly who: string
  readonly command: string
  /** ISO 8601, by the clock of whoever wants it. */
  readonly since: string
}

/** The right to change a host, until somebody takes it over. */
export interface Lease {
  readonly owner: string
  /** The host's: it only grows. */
  readonly number: number
}

export type Holder = Omit<Claim, 'owner'>

/** The lease of a host, as anybody may see it. */
export interface LeaseState {
  /** Of the last one that was given out; 0 where there was none. */
  readonly number: number
  /** Null where nobody has it. */
  readonly holder: Holder | null
  /** Seconds since its last sign of life; null where there is none of this boot. */
  readonly silence: number | null
  /** The connection over which it was taken is still there. */
  readonly connected: boolean
}

export const leaseFile = `${stateDirectory}/lease`
export const lockFile = `${stateDirectory}/lock`
export const heartbeatFile = `${stateDirectory}/heartbeat`

/** Seconds without a sign of life after which a lease may be taken over although its connection is still there. */
export const patience = 60

/**
 * Reads who has the lease into `number owner boot shell start holder`, and how long ago it gave a sign of life into
 * `silence`. The session's shell on the host ends with its connection; by its process and when that began it is known.
 */
export const readLease = `
read_lease() {
  number=0 owner=- boot=- shell=0 start=0 holder= silence=-
  [ ! -e ${leaseFile} ] || IFS=' ' read -r number owner boot shell start holder <${leaseFile}
}
read_lease
has_connection() {
  IFS= read -r here </proc/sys/kernel/random/boot_id
  [ "$boot" = "$here" ] && IFS= read -r stat 2>/dev/null <"/proc/$shell/stat" || return
  set -- \${stat##*) }
  [ "\${20}" = "$start" ]
}
seconds_silent() {
  [ -e ${heartbeatFile} ] && IFS=' ' read -r beaten since <${heartbeatFile} && [ "$beaten" = "$number" ] || return
  read -r up rest </proc/uptime
  silence=$((\${up%.*} - \${since%.*}))
}`

export const leaseFact: Fact<null, LeaseState> = {
  name: 'lease',
  script: () => `${readLease}
connected=no
[ "$owner" = - ] || { has_connection && connected=yes && seconds_silent; }
printf '%s\\n' "$number" "$owner" "$silence" "$connected" "$holder"`,
  parse: (output) => {
    const [number = '', owner = '', silence = '', connected = '', holder = ''] = output.split('\n')
    return [
      {
        number: Number(number),
        holder: owner === '-' ? null : readHolder(holder),
        silence: silence === '-' ? null : Number(silence),
        connected: connected === 'yes',
      },
    ]
  },
}

/** Whether its owner may still be at work. */
export const isHeld = ({ holder, silence, connected }: LeaseState): boolean =>
  holder !== null && connected && silence !== null && silence < patience

/** `fettle provision --yes, since 2026-01-01T00:00:00Z` */
export const doingOf = ({ command, since }: Holder): string => `fettle ${command}, since ${since}`

export const readHolder = (json: string): Holder => {
  try {
    return JSON.parse(json)
  } catch {
    return { who: 'somebody', command: '?', since: '?' }
  }
}
