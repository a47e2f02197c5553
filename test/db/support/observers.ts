import { expect } from 'vitest'
import type { Site, Told } from '../../lab/support/site.ts'

/** A line of `fettle watch --json`. */
export interface Line {
  readonly at: string
  readonly subject: string
  readonly state: string
  readonly message: string
}

/** `fettle watch`, under way. */
export interface Watching {
  readonly lines: readonly Line[]
  /** Waits until it has said that something stands so, and gives back that line. */
  says(subject: string, state: string): Promise<Line>
  /** How often it has said so of the cluster. */
  count(state: string): number
  end(): Promise<Told>
}

export const startObserver = (site: Site, ...args: readonly string[]): Watching => {
  const lines: Line[] = []
  const running = site.start(['watch', '--json', ...args], (event) => lines.push(event as unknown as Line))
  const last = (subject: string) => lines.filter((line) => line.subject === subject).at(-1)
  return {
    lines,
    says: async (subject, state) => {
      const shown = () => `${last(subject)?.state ?? 'nothing'} ${JSON.stringify(lines)}`
      await expect.poll(shown, { timeout: 120_000, interval: 100 }).toMatch(new RegExp(`^${state} `))
      return last(subject) as Line
    },
    count: (state) => lines.filter((line) => line.subject === 'cluster' && line.state === state).length,
    end: () => {
      running.end()
      return running.told
    },
  }
}
