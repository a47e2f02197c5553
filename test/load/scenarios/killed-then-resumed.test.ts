import { beforeAll, describe, expect, test } from 'vitest'
import { usePracticeHosts } from '../../lab/harness.ts'
import { isAll, isSample, mine } from '../../lab/support/extent.ts'
import { killAt, type Next, nth, resuming, resumingElsewhere, useVictim, type Victim } from '../support/kill.ts'

const lab = usePracticeHosts(['lb1', 'lb2', 'web1', 'web2', 'web3'])
const hosts = (...names: readonly string[]) => names.map((name) => lab.host(name))

let victim: Victim

beforeAll(async () => {
  victim = await useVictim({ balancers: hosts('lb1', 'lb2'), apps: hosts('web1', 'web2', 'web3') })
})

/** Those at which most is under way: the title of the step, which of them, and who comes next. */
const classes: readonly (readonly [string, RegExp, number, Next])[] = [
  ['the migration', /^migrate /, 1, resuming],
  ['a drain', /^take .* out of rotation$/, 2, resumingElsewhere],
  ['a switch', /^switch /, 2, resuming],
  ['a probe', /^wait until /, 2, resuming],
  ['a mark of health', /^mark .* as healthy$/, 1, resuming],
]

describe.runIf(!isAll)('boundaries that stand for the others', () => {
  test.each(isSample ? classes.slice(1, 3) : classes)(
    'the controller is killed after %s',
    async (name, pattern, number, next) => {
      expect(await killAt(victim, nth(number, pattern), next, `after ${name}`)).toMatch(pattern)
    },
  )
})

/** More than any run has. */
const mostSteps = 60

describe.runIf(isAll)('every boundary of this shard', { timeout: 1_200_000 }, () => {
  test('the controller is killed', async () => {
    for (const number of mine('resume', mostSteps)) {
      const next = number % 2 === 0 ? resuming : resumingElsewhere
      if ((await killAt(victim, nth(number), next, `after step ${number}`)) === null) return
    }
  })
})
