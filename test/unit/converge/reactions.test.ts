import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CurrentInput, type CurrentUnit, reactionOf, unitNow } from '../../../engine/converge/plan/reactions.ts'
import type { Input, Owed } from '../../../engine/converge/state/manifest.ts'
import { noUnit } from '../../../engine/facts/units.ts'

/** Runs since an hour after this boot, which is 10,000 seconds after the epoch. */
const running: CurrentUnit = { active: true, activeSince: 10_000, startedAt: { bootId: 'now', uptime: 3600 } }
const stopped: CurrentUnit = { ...running, active: false }

/** An input with version 2, changed long before the unit started, of which no step of this run knows. */
const input = (change: Partial<CurrentInput> = {}): CurrentInput => ({
  key: 'file:/a',
  asks: 'reload',
  stamp: { version: '2', changedAt: 5000 },
  changing: false,
  loaded: false,
  ...change,
})
const at = (changedAt: number) => ({ stamp: { version: '2', changedAt } })
const timeless = { stamp: { version: '2' } }
const paid = (version: string | null): Record<string, Input> => ({ 'file:/a': { version, asks: 'reload' } })
const mark = (uptime: number, asks: Owed['asks'] = 'reload', bootId = 'now'): Owed => ({
  asks,
  because: ['file:/m'],
  at: { bootId, uptime },
})

interface Row {
  readonly what: string
  readonly unit?: CurrentUnit
  readonly inputs?: readonly CurrentInput[]
  readonly paid?: Record<string, Input>
  readonly owed?: Owed
  /** `reload: file:/a`, with `(owed)` where nothing of this run caused it. */
  readonly due: string | null
}

const judge = ({ unit = running, inputs = [input()], paid: inputsPaid, owed }: Omit<Row, 'what' | 'due'>) =>
  reactionOf('a.service', inputs, unit, { paid: inputsPaid && new Map(Object.entries(inputsPaid)), owed })

const told = (reaction: ReturnType<typeof judge>): string | null =>
  reaction && `${reaction.asks}: ${reaction.because.join(' ')}${reaction.owed ? ' (owed)' : ''}`

const table = (rows: readonly Row[]) =>
  test.each(rows)('$what', ({ due, ...row }) => expect(told(judge(row))).toBe(due))

describe('an inactive unit owes nothing', () => {
  table([
    { what: 'for what changes now', unit: stopped, inputs: [input({ changing: true })], due: null },
    { what: 'for what changed since', unit: stopped, inputs: [input(at(20_000))], paid: paid('1'), due: null },
    { what: 'for a mark', unit: stopped, owed: mark(4000, 'restart'), due: null },
  ])
})

describe('a change of this run', () => {
  const changing = input({ changing: true })
  table([
    { what: 'is due, first time', inputs: [changing], due: 'reload: file:/a' },
    { what: 'is due though the same version was paid', inputs: [changing], paid: paid('2'), due: 'reload: file:/a' },
    {
      ...{ what: 'is due as well once it was looked at', inputs: [input({ ...at(20_000), changed: true })] },
      ...{ paid: paid('2'), due: 'reload: file:/a' },
    },
    { what: 'was paid by a start meanwhile', inputs: [input({ changed: true })], paid: paid('1'), due: null },
    { what: 'is not due where the unit starts after it', inputs: [input({ loaded: true, ...at(20_000) })], due: null },
    { what: 'is due for what will be absent', inputs: [{ ...changing, stamp: null }], due: 'reload: file:/a' },
  ])
})

describe('against what it last started or reloaded with', () => {
  const later = input(at(20_000))
  table([
    { what: 'the same version', inputs: [later], paid: paid('2'), due: null },
    { what: 'another version', inputs: [later], paid: paid('1'), due: 'reload: file:/a (owed)' },
    { what: 'another one, and it started since', inputs: [input()], paid: paid('1'), due: null },
    { what: 'another one without a time', inputs: [input(timeless)], paid: paid('1'), due: 'reload: file:/a (owed)' },
    { what: 'gone since', inputs: [input({ stamp: null })], paid: paid('1'), due: 'reload: file:/a (owed)' },
    { what: 'still absent', inputs: [input({ stamp: null })], paid: paid(null), due: null },
    { what: 'there since', inputs: [later], paid: paid(null), due: 'reload: file:/a (owed)' },
  ])
})

describe('a running unit that Fettle never saw start', () => {
  table([
    { what: 'is newer than its input', inputs: [input(at(9999))], due: null },
    { what: 'is older than its input', inputs: [input(at(10_001))], due: 'reload: file:/a (owed)' },
    { what: 'cannot tell: once more', inputs: [input(at(10_000 - 0.01))], due: 'reload: file:/a (owed)' },
    { what: 'an input without a time', inputs: [input(timeless)], due: null },
    { what: 'an input that is not there', inputs: [input({ stamp: null })], due: null },
  ])
})

describe('a mark on the host', () => {
  table([
    { what: 'from before the unit started', inputs: [], owed: mark(3000), due: null },
    { what: 'from before, within what can be told', inputs: [], owed: mark(3599.99), due: 'reload: file:/m (owed)' },
    { what: 'from after', inputs: [], owed: mark(4000), due: 'reload: file:/m (owed)' },
    { what: 'for a restart', inputs: [], owed: mark(4000, 'restart'), due: 'restart: file:/m (owed)' },
    { what: 'from another boot', inputs: [], owed: mark(9000, 'restart', 'before'), due: null },
  ])
})

describe('many causes are one reaction', () => {
  const restart = input({ key: 'file:/b', asks: 'restart', changing: true })
  const reload = input({ changing: true })
  const stale = input({ key: 'file:/c', ...at(20_000) })
  table([
    { what: 'restart includes reload', inputs: [reload, restart], due: 'restart: file:/a file:/b' },
    { what: 'in either order', inputs: [restart, reload], due: 'restart: file:/b file:/a' },
    { what: 'a restart that is not due', inputs: [reload, { ...restart, loaded: true }], due: 'reload: file:/a' },
    { what: 'with a mark', inputs: [reload], owed: mark(4000, 'restart'), due: 'restart: file:/a file:/m' },
    { what: 'one owed and one of now', inputs: [stale, reload], due: 'reload: file:/c file:/a' },
    { what: 'all of them owed', inputs: [stale], owed: mark(4000), due: 'reload: file:/c file:/m (owed)' },
  ])
})

test('what was paid for as it is, and does not change, is never due again', () => {
  const stamp = fc.option(fc.record({ version: fc.constantFrom('1', '2'), changedAt: fc.nat(20_000) }))
  const inputs = fc.uniqueArray(fc.record({ key: fc.constantFrom('a', 'b', 'c'), stamp }), {
    selector: (each) => each.key,
  })
  fc.assert(
    fc.property(inputs, fc.constantFrom('reload' as const, 'restart' as const), (list, asks) => {
      const ledger = Object.fromEntries(list.map(({ key, stamp }) => [key, { version: stamp?.version ?? null, asks }]))
      expect(judge({ inputs: list.map((each) => input({ ...each, asks })), paid: ledger })).toBeNull()
    }),
  )
})

test.each([
  ['active', true],
  ['reloading', true],
  ['refreshing', true],
  ['activating', false],
  ['deactivating', false],
  ['failed', false],
  ['inactive', false],
])('a unit that is %s runs: %s', (active, expected) => {
  const now = unitNow({ ...noUnit, load: 'loaded', active, activeUptime: 7, activeSince: 1007 }, 'boot')
  expect(now).toEqual({ active: expected, activeSince: 1007, startedAt: { bootId: 'boot', uptime: 7 } })
})

test('a unit that goes on without its file can neither reload nor restart', () => {
  expect(unitNow({ ...noUnit, active: 'active' }, 'boot')).toMatchObject({ active: false })
})
