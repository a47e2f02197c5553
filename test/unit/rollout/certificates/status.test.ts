import { expect, test } from 'vitest'
import { readStates } from '../../../../engine/rollout/certificates/state.ts'
import { certificatesOf } from '../../../../engine/rollout/certificates/status.ts'
import { problemsIn } from '../../support/problems.ts'

const wanted = { name: 'shop', names: ['shop.test', 'www.shop.test'] }
const day = 86_400
const start = Date.parse('2026-11-01T00:00:00Z') / 1000
const found = {
  ...{ names: ['www.shop.test', 'shop.test'], issuer: 'R11', serial: 'AB12', placeholder: false },
  ...{ from: start, until: start + 90 * day },
}
const state = {
  name: 'shop',
  found,
  shown: 'AB12',
  renews: start + 59 * day,
  failures: null,
  problem: null,
  next: null,
}
const at = (days: number) => new Date((start + days * day) * 1000)
const statusOf = (said: object, days: number) =>
  certificatesOf('lb1', [wanted], readStates('lb1', `${JSON.stringify({ ...state, ...said })}\n`), at(days))[0]

test('one that is as it should be', () =>
  expect(statusOf({}, 10)).toEqual({
    ...{ host: 'lb1', name: 'shop', names: wanted.names, issuer: 'R11', serial: 'AB12' },
    ...{ expires: at(90), renewed: at(59), troubles: [] },
  }))

test.each<[string, object, number, readonly string[]]>([
  [
    'its own',
    { found: { ...found, placeholder: true } },
    1,
    ['shop is still to be issued; until then browsers refuse what is shown'],
  ],
  ['nothing there', { found: null }, 1, ['shop is not there at all']],
  [
    'other names',
    { found: { ...found, names: ['shop.test'] } },
    1,
    ['shop is good for shop.test, and not yet for what the site says'],
  ],
  ['nobody shows it', { shown: null }, 1, ['nobody shows shop']],
  ['another one is shown', { shown: 'CD34' }, 1, ['shop is shown as CD34, and lies there as AB12']],
  ['exactly a third left', {}, 60, []],
  ['less than a third left', {}, 60.1, ['shop has less than a third of its life left']],
  ['expired', {}, 90, ['shop has expired']],
  [
    ...(['the authority refuses', { failures: 2, problem: 'shop.test: no (caa)', next: start + day }, 0.5] as const),
    ['shop is not renewed: shop.test: no (caa) (2 times in a row, again after 2026-11-02T00:00:00Z)'],
  ],
  [
    ...(['tried once', { failures: 1, problem: 'it does not answer', next: null }, 0.5] as const),
    ['shop is not renewed: it does not answer (once)'],
  ],
])('%s', (_, said, days, troubles) => expect(statusOf(said, days)?.troubles).toEqual(troubles))

test('one of which a host knows nothing', () =>
  expect(certificatesOf('lb1', [wanted], [], at(0))).toMatchObject([
    { serial: null, expires: null, troubles: ['shop is not set up: fettle provision does'] },
  ]))

test.each(['not JSON', '{"name": "shop"}', '[]'])('what is no state is refused: %s', (said) =>
  expect(problemsIn(() => readStates('lb1', said))).toMatchObject([{ code: 'step.failed', host: 'lb1' }]),
)
