import { parseStats, type StatLine, type Troubles, troublesBetween } from './stats.ts'

/** How one process of HAProxy saw everything at one moment. */
export interface Sample {
  /** Seconds since its host was started. */
  readonly at: number
  readonly worker: number
  /** Another process takes the new connections. */
  readonly old: boolean
  readonly lines: readonly StatLine[]
}

/** Shell that looks at all processes four times a second. A look is written as a whole, or not. */
export const samplingScript = (file: string): string => `
ask() { printf '%s\\n' "$1" | socat -t 5 - UNIX-CONNECT:/run/haproxy-master.sock; }
while :; do
  read -r now rest </proc/uptime
  look=
  for each in $(ask 'show proc' | awk '/^# old/ { old = 1 } $2 == "worker" { print $1 ":" old + 0 }'); do
    table=$(ask "@!\${each%:*} show stat")
    case $table in '# pxname'*) look="$look
sample $now \${each%:*} \${each#*:}
$table" ;; esac
  done
  printf '%s\\n' "$look" >>${file}
  sleep 0.25
done`

export const readSamples = (text: string): Sample[] =>
  text
    .split(/^sample /m)
    .slice(1)
    .map((part) => {
      const [at, worker, old] = part.split('\n', 1)[0]?.split(' ').map(Number) ?? []
      const table = part.slice(part.indexOf('\n') + 1)
      return { at: at ?? 0, worker: worker ?? 0, old: old === 1, lines: parseStats(table) }
    })

/** The same, process by process; what was there from the beginning has its first sample to be compared with. */
const byWorker = (samples: readonly Sample[]): readonly (readonly Sample[])[] => {
  const began = samples[0]?.at
  const workers = new Map<number, Sample[]>()
  for (const sample of samples) workers.set(sample.worker, [...(workers.get(sample.worker) ?? []), sample])
  return [...workers.values()].map((all) => (all[0]?.at === began ? all : [emptied(all[0]), ...all]))
}

const emptied = (first: Sample | undefined): Sample => ({
  ...{ at: 0, worker: 0, old: false, ...first },
  lines: (first?.lines ?? []).map((line) => ({ ...line, total: 0, troubles: {} })),
})

/** What has gone wrong by the counters of all processes. A process that ends has been looked at a quarter of a second before. */
export const troublesIn = (samples: readonly Sample[]): Record<string, Troubles> =>
  Object.assign(
    {},
    ...byWorker(samples).map((all) => {
      const troubles = troublesBetween(all[0]?.lines ?? [], all.at(-1)?.lines ?? [])
      return Object.fromEntries(Object.entries(troubles).map(([name, each]) => [`${all[0]?.worker} ${name}`, each]))
    }),
  )

export const isOut = ({ status }: StatLine): boolean => /^(DRAIN|MAINT)/.test(status)

/** Requests that went to a server which their process had out of rotation: `lb process server: how many`. */
export const hitsIn = (samples: readonly Sample[]): string[] =>
  byWorker(samples).flatMap((all) => all.slice(1).flatMap((sample, index) => hitsBetween(all[index] ?? sample, sample)))

const hitsBetween = (before: Sample, after: Sample): string[] => {
  const earlier = new Map(before.lines.map((line) => [line.name, line]))
  return after.lines.flatMap((line) => {
    const was = earlier.get(line.name)
    const more = line.total - (was?.total ?? 0)
    return was && isOut(was) && isOut(line) && more > 0 ? [`${after.worker} ${line.name}: ${more}`] : []
  })
}

/** Servers that any process has out of rotation at the last look. */
export const leftOut = (samples: readonly Sample[]): string[] => {
  const last = samples.at(-1)?.at
  return samples
    .filter(({ at }) => at === last)
    .flatMap(({ worker, lines }) => lines.filter(isOut).map(({ name, status }) => `${worker} ${name} ${status}`))
}
