import { describe, expect, test } from 'vitest'
import type { HostPlan } from '../../../engine/core/event.ts'
import { usePracticeHosts } from '../harness.ts'
import { draw, drawHarm, drawRoles, siteOf } from '../support/drawn.ts'
import { isAll } from '../support/extent.ts'
import { seeded } from '../support/random.ts'
import { useSite } from '../support/site.ts'
import { type Deeds, deedsOf, nothing, planOf, resultOf } from '../support/told.ts'

const releases = ['bookworm', 'trixie'] as const
const lab = usePracticeHosts(releases.map((release) => ({ name: release, release })))
/** The same one wherever it decides whether a change is good; any other one where everything is tried. */
const seed = Number(process.env.FETTLE_SEED ?? (isAll ? Math.floor(Math.random() * 2 ** 31) : 1))
const rounds = Number(process.env.FETTLE_ROUNDS ?? 6)

/** What a plan had said, and what was done: where the two differ. */
const surprises = ({ changes, reactions }: HostPlan, { changed, reacted }: Deeds) => {
  const keys = changes.map(({ key }) => key)
  const certain = new Set(changes.flatMap(({ key, provisional }) => (provisional ? [] : [key])))
  const words = reactions.map(({ asks, unit }) => `${asks} ${unit}`)
  // A reaction to what may turn out to be needless may be needless itself.
  const due = reactions.filter(({ because, owed }) => owed || because.some((key) => certain.has(key)))
  return {
    unannounced: [...changed.filter((key) => !keys.includes(key)), ...reacted.filter((word) => !words.includes(word))],
    skipped: [
      ...[...certain].filter((key) => !changed.includes(key)),
      ...due.map(({ asks, unit }) => `${asks} ${unit}`).filter((word) => !reacted.includes(word)),
    ],
  }
}

describe.concurrent.each(releases)('on %s, whatever is described and whatever state the host is in', (release) => {
  test('a run does what its plan announced, and nothing else', { timeout: 900_000 }, async () => {
    const host = lab.host(release)
    const random = draw(seeded(seed + releases.indexOf(release)))
    const site = await useSite({ siteYml: '', hosts: { web: [host] } })
    let lines = 0
    const provisional: string[] = []
    for (let round = 0; round < rounds; round++) {
      const roles = drawRoles(random)
      const harm = drawHarm(random, roles)
      const siteYml = siteOf(roles)
      await site.describe(siteYml)
      await host.sh(harm.join('\n'))
      const about = `FETTLE_SEED=${seed} ${release}, round ${round}: ${siteYml}\n${harm.join('\n')}`
      const plan = planOf(await site.fettle('plan', '--json'), release)
      const told = await site.fettle('provision', '--yes', '--json')
      expect(resultOf(told, release)?.problem, about).toBeUndefined()
      expect(surprises(plan, deedsOf(told, release)), about).toEqual({ unannounced: [], skipped: [] })
      expect(deedsOf(await site.fettle('plan', '--json'), release), about).toEqual(nothing)
      lines += plan.changes.length + plan.reactions.length
      provisional.push(...plan.changes.flatMap((change) => (change.provisional ? [change.key] : [])))
    }
    const share = `${provisional.length} of ${lines} lines provisional`
    process.stderr.write(`FETTLE_SEED=${seed} ${release}: ${rounds} rounds, ${share}: ${provisional.join(', ')}\n`)
    expect(provisional.length / lines, share).toBeLessThan(0.15)
  })
})
