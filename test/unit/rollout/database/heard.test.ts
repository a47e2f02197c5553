import { expect, test } from 'vitest'
import { balancerTroubles, readHeard } from '../../../../engine/rollout/database/heard.ts'

test.each([
  ['the file and every process', '3\n3\n3\n', 3],
  ['a balancer that does not run', '2\n', 2],
  ['a process that has missed one', '3\n2\n', 2],
  ['a process that knows none', '3\n\n', null],
  ['nothing yet', '\n\n', null],
])('what it has heard of: %s', (_, said, promotion) => {
  expect(readHeard(said)).toBe(promotion)
})

const epoch = { number: 3, writer: 'db2' }

test.each([
  ['the newest', { promotion: 3 }, epoch, []],
  ['nothing before the first', { promotion: null }, null, []],
  ['nothing', { promotion: null }, epoch, ['balancer lb1 has not heard of promotion 3: fettle db resume tells it']],
  [
    'an old one',
    { promotion: 2 },
    epoch,
    ['balancer lb1 has not heard of promotion 3, but of 2: fettle db resume tells it'],
  ],
  ['no answer', { promotion: null, silence: 'timed out' }, epoch, ['balancer lb1 cannot be asked: timed out']],
])('a balancer that has heard of %s', (_, heard, newest, troubles) => {
  expect(balancerTroubles([{ balancer: 'lb1', ...heard }], newest)).toEqual(troubles)
})
