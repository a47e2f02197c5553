import { expect, test } from 'vitest'
import { FettleError } from '../../../engine/core/error.ts'
import { units } from '../../../engine/facts/units.ts'
import { recall } from './ask.ts'

const asked = [
  'dbus.service',
  'nope.service',
  'app@.service',
  'broken.service',
  'slow.service',
  'crash.service',
  'cowsay.service',
  'apt-daily.timer',
  'dbus.socket',
]

test('reads what systemd 252 says, in the order of the questions', () => {
  const answers = recall(units, 'units', ...asked)
  expect(answers.map(({ load, active, sub, enabled }) => `${load} ${active} ${sub} ${enabled}`)).toEqual([
    'loaded active running static',
    'not-found inactive dead ',
    'template inactive dead ',
    'loaded failed failed static',
    'loaded activating start static',
    'loaded activating auto-restart static',
    'masked inactive dead masked',
    'loaded active waiting enabled',
    'loaded active running static',
  ])
  expect(answers.map((answer) => answer.mainPid)).toEqual([29, 0, 0, 0, 7556, 0, 0, 0, 0])
  expect(answers.map((answer) => answer.needsReload)).toEqual([
    false,
    false,
    false,
    false,
    true,
    ...Array(4).fill(false),
  ])
})

test('says since when, by both clocks', () => {
  const [dbus, nope] = recall(units, 'units', ...asked)
  expect(dbus?.activeUptime).toBe(1427.713344)
  expect(dbus?.activeSince).toBeCloseTo(1795294193.048 - 2924.62 + 1427.713, 2)
  expect(nope).toMatchObject({ activeUptime: 0, activeSince: 0 })
})

test('a masked unit with drop-ins has nothing to be read again, whatever systemd says', () => {
  const text = 'LoadState=masked\nActiveState=inactive\nSubState=dead\nNeedDaemonReload=yes\n'
  expect(units.parse(text, ['cron.service'])).toMatchObject([{ load: 'masked', needsReload: false }])
})

test('templates are not asked about, because systemd refuses the whole question', () => {
  expect(units.script(['a@.service', 'b.service'])).not.toContain('a@')
  expect(units.parse('', ['a@.service'])).toMatchObject([{ load: 'template' }])
})

test('an answer that does not fit the questions is an error, not a guess', () => {
  expect(() => recall(units, 'units', ...asked.slice(1))).toThrow(FettleError)
  expect(() => units.parse('', ['a.service', 'b.service'])).toThrow('2 units')
})
