/** How often a host has answered with a release, and when. Times are milliseconds since the load began. */
export interface Sighting {
  readonly release: string
  readonly host: string
  readonly count: number
  readonly first: number
  readonly last: number
  /** Answers in each second since the load began. */
  readonly perSecond: readonly number[]
}

export interface Sightings {
  add(at: number, release: string, host: string): void
  all(): Sighting[]
}

const seconds = (at: number): number => Math.floor(Math.max(0, at) / 1000)

/** Keeps who has answered over time. */
export const watchSightings = (): Sightings => {
  const times = new Map<string, { release: string; host: string; at: number[] }>()
  return {
    add: (at, release, host) => {
      const key = JSON.stringify([release, host])
      const known = times.get(key)
      if (known) known.at.push(at)
      else times.set(key, { release, host, at: [at] })
    },
    all: () => [...times.values()].map(({ release, host, at }) => ({ release, host, ...spread(at) })),
  }
}

const spread = (at: readonly number[]): Omit<Sighting, 'release' | 'host'> => {
  const first = at.reduce((a, b) => Math.min(a, b))
  const last = at.reduce((a, b) => Math.max(a, b))
  const perSecond = Array.from({ length: seconds(last) + 1 }, () => 0)
  for (const each of at) perSecond[seconds(each)] = (perSecond[seconds(each)] ?? 0) + 1
  return { count: at.length, first, last, perSecond }
}

const of = (sightings: readonly Sighting[], release: string) => sightings.filter((each) => each.release === release)

/** When a release has answered for the first time, on any host; null where it never has. */
export const firstSeen = (sightings: readonly Sighting[], release: string): number | null =>
  of(sightings, release).reduce<number | null>((first, each) => Math.min(first ?? each.first, each.first), null)

/** When a release has answered for the last time, on any host; null where it never has. */
export const lastSeen = (sightings: readonly Sighting[], release: string): number | null =>
  of(sightings, release).reduce<number | null>((last, each) => Math.max(last ?? each.last, each.last), null)
