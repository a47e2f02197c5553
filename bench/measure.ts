import { execa } from 'execa'

/** What all compared commands know of their surroundings: certificates to read at each start are no part of their work. */
const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', LANG: 'C.UTF-8' }

/** Seconds that a command took; it must succeed. */
export const seconds = async (file: string, args: readonly string[], options: Options = {}): Promise<number> => {
  const started = performance.now()
  const streams = { stdin: 'ignore', stdout: 'ignore', stderr: 'pipe' } as const
  await execa(file, args, { ...streams, ...options, extendEnv: false, env: { ...env, ...options.env } })
  return (performance.now() - started) / 1000
}

interface Options {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2
}

/** Runs candidates in turn, so that whatever else the machine does falls on all of them alike; medians in their order. */
export const compete = async (rounds: number, candidates: readonly (() => Promise<number>)[]): Promise<number[]> => {
  const taken = candidates.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, candidate] of candidates.entries()) taken[index]?.push(await candidate())
  }
  return taken.map(median)
}

/** One line of the results. */
export interface Row {
  readonly what: string
  readonly baseline: string
  readonly fettle: string
  readonly ratio: string
  readonly goal: string
  readonly met: boolean | null
}

export const time = (value: number): string => (value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(2)} s`)

/** A row whose ratio is how long Fettle takes compared with something else. */
export const atMost = (what: string, name: string, baseline: number, fettle: number, goal: number): Row => ({
  what,
  baseline: `${name} ${time(baseline)}`,
  fettle: time(fettle),
  ratio: `${(fettle / baseline).toFixed(2)}x`,
  goal: `at most ${goal}x`,
  met: fettle / baseline <= goal,
})

/** A row whose ratio is how many times faster Fettle is. */
export const faster = (what: string, name: string, baseline: number, fettle: number, goal: number): Row => ({
  what,
  baseline: `${name} ${time(baseline)}`,
  fettle: time(fettle),
  ratio: `${(baseline / fettle).toFixed(baseline / fettle < 10 ? 1 : 0)}x faster`,
  goal: `at least ${goal}x faster`,
  met: baseline / fettle >= goal,
})
