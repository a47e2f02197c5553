import { beforeAll, describe, expect, test } from 'vitest'
import { usePracticeHosts } from '../../lab/harness.ts'
import { isAll, mine } from '../../lab/support/extent.ts'
import {
  aborting,
  abortingElsewhere,
  killAt,
  killRevertAt,
  type Next,
  nth,
  resuming,
  resumingElsewhere,
  useVictim,
  type Victim,
} from '../support/kill.ts'

const lab = usePracticeHosts(['lb1', 'lb2', 'web1', 'web2', 'web3'])
const hosts = (...names: readonly string[]) => names.map((name) => lab.host(name))

let victim: Victim

beforeAll(async () => {
  victim = await useVictim({ balancers: hosts('lb1', 'lb2'), apps: hosts('web1', 'web2', 'web3') })
})

/** Those at which most is under way: the title of the step, which of them, and who comes next. */
const classes: readonly (readonly [string, RegExp, number, Next])[] = [
  ['a note of what is wanted', /^note that .* is wanted$/, 1, abortingElsewhere],
  ['a stop', /^stop /, 1, aborting],
  ['a return into rotation', /^put .* into rotation$/, 2, aborting],
  ['a note that it is done', /^note that it is done$/, 1, aborting],
]

describe.runIf(!isAll)('boundaries that stand for the others', () => {
  test.each(classes)('the controller is killed after %s', async (name, pattern, number, next) => {
    expect(await killAt(victim, nth(number, pattern), next, `after ${name}`)).toMatch(pattern)
  })

  test.each([[6, resumingElsewhere]] as const)(
    'a release is taken back, and the controller is killed after step %s of that',
    async (number, next) => {
      expect(await killRevertAt(victim, number, next)).not.toBeNull()
    },
  )
})

/** More than any run has. */
const mostSteps = 60

describe.runIf(isAll)('every boundary of this shard', { timeout: 1_200_000 }, () => {
  test('the controller is killed', async () => {
    for (const number of mine('abort', mostSteps)) {
      const next = number % 2 === 0 ? aborting : abortingElsewhere
      if ((await killAt(victim, nth(number), next, `after step ${number}`)) === null) return
    }
  })

  test('the controller is killed while it takes a release back', async () => {
    for (const number of mine('back', mostSteps)) {
      const next = [resuming, abortingElsewhere, aborting, resumingElsewhere][number % 4] ?? resuming
      if ((await killRevertAt(victim, number, next)) === null) return
    }
  })
})
