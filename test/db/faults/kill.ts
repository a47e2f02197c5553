import { expect, test } from 'vitest'
import type { Flavor } from '../../../engine/core/database.ts'
import { isAll } from '../../lab/support/extent.ts'
import { comeBack, killServer, noWriteFor, useCluster, writerOf } from '../support/cluster.ts'
import { isSafe, type Subject } from '../support/subject.ts'
import { underWrites } from '../support/under-writes.ts'

interface Kill {
  /** Done before the command. */
  prepare(subject: Subject, writer: string): Promise<unknown>
  readonly words: readonly string[]
  /** What an undisturbed one ends with. */
  readonly exit: number
  /** A boundary that stands for the others. */
  readonly sample: RegExp
}

const kills: Readonly<Record<'switchover' | 'failover', Kill>> = {
  switchover: { prepare: async () => {}, words: ['switchover'], exit: 0, sample: /^open/ },
  failover: {
    prepare: killServer,
    words: ['failover'],
    exit: 3,
    sample: /^stop receiving/,
  },
}

/** Completes what was killed, or takes it back: a failover that had promoted nobody has to be begun anew. */
const complete = async (subject: Subject): Promise<string> => {
  const resumed = await subject.db('resume', '--yes')
  if (resumed.exit !== 1) return 'resume'
  expect(resumed.stderr).toContain('fettle db failover')
  const { exit, stdout, stderr } = await subject.db('failover', '--yes')
  expect(exit, stdout + stderr).toBe(3)
  return 'failover once more'
}

/** Old writers that are away come back. */
const settle = async (subject: Subject, old: string): Promise<string> =>
  (await writerOf(subject)) !== old && (await subject.db('status')).stdout.match(new RegExp(`^  ${old} +silent`, 'm'))
    ? comeBack(subject, old)
    : 'nobody was away'

export const killedWithin = (operation: 'switchover' | 'failover', flavor: Flavor, release: string): void => {
  const cluster = useCluster(flavor, release)

  /** Runs it and kills it after so many steps; the titles of those that were done. */
  const runUntil = async (subject: Subject, kill: Kill, steps: number): Promise<readonly string[]> => {
    const titles: string[] = []
    const run = subject.site.start(['db', ...kill.words, '--yes', '--json'], (event) => {
      if (event.type !== 'step.done' || titles.length >= steps) return
      titles.push(event.title)
      if (titles.length === steps) run.kill()
    })
    const { exit, stderr } = await run.told
    // Nothing was done: on a busy machine a replica may be behind for a moment.
    if (titles.length === 0 && /is \d+\.\d s behind/.test(stderr)) return runUntil(subject, kill, steps)
    if (titles.length < steps) expect(exit, stderr).toBe(kill.exit)
    return titles
  }

  test(`Fettle is killed in the middle of a ${operation}`, { timeout: 3_600_000 }, async () => {
    const kill = kills[operation]
    const { subject } = cluster
    let all: readonly string[] = []
    const once = async (steps: number, scenario: (titles: readonly string[]) => string) => {
      await isSafe(subject)
      const old = await writerOf(subject)
      let completed = ''
      let cameBack = ''
      let titles: readonly string[] = []
      await underWrites(
        subject,
        () => scenario(titles),
        async () => {
          await kill.prepare(subject, old)
          titles = await runUntil(subject, kill, steps)
          completed = await complete(subject)
          cameBack = await settle(subject, old)
        },
        (writes) => `by ${completed}, ${noWriteFor(writes)}; ${cameBack}`,
      )
      return titles
    }
    all = await once(Number.POSITIVE_INFINITY, () => `${operation}, undisturbed`)
    const chosen = isAll ? all.map((_, index) => index + 1) : [all.findIndex((title) => kill.sample.test(title)) + 1]
    expect(chosen.every((steps) => steps > 0)).toBe(true)
    for (const steps of chosen)
      await once(
        steps,
        (titles) => `kill -9 of Fettle in a ${operation}, after step ${steps} of ${all.length}, "${titles.at(-1)}"`,
      )
  })
}
