import { expect, test } from 'vitest'
import { planHost } from '../../../engine/converge/plan/plan.ts'
import type { Owned } from '../../../engine/converge/state/manifest.ts'
import { type Effect, effect } from '../../../engine/core/fact.ts'
import { sha256 } from '../../../engine/core/hash.ts'
import { dependants, type PackageAnswer, packages, unfinishedPackages } from '../../../engine/facts/packages.ts'
import { type PathAnswer, path } from '../../../engine/facts/path.ts'
import { text } from '../../../engine/facts/text.ts'
import { runningUnit, units } from '../../../engine/facts/units.ts'
import { fileResource } from '../../../engine/resources/file.ts'
import { manifestWith, owned, requestFor } from './support/items.ts'
import { tableOf } from './support/table.ts'

const root = { owner: 'root', group: 'root', mode: '0644', changedAt: 1 }
const fileWith = (content: string): PathAnswer => ({ type: 'file', size: 1, sha256: sha256(content), ...root })
const version = (content: string) =>
  fileResource.stampAfter?.({ state: 'present', path: '/a', content })?.version ?? null

/** What leaves, each with its steps, and what is said. */
const leave = async (
  ours: Readonly<Record<string, Owned>>,
  answers: readonly Effect[],
  paid: readonly string[] = [],
) => {
  const inForce = paid.map((key) => [key, { version: 'old', asks: 'reload' }] as const)
  const manifest = manifestWith({
    owned: new Map(Object.entries(ours)),
    paid: new Map(inForce.length > 0 ? [['a.service', new Map(inForce)]] : []),
  })
  const planning = await planHost(requestFor([], { manifest }), tableOf(answers))
  const { items, notices, reactions } = planning
  expect(items.every(({ leaving }) => leaving)).toBe(true)
  return {
    going: items.map(({ item, plan }) => [item.declaration.key, ...plan.steps.map(({ title }) => title)].join(': ')),
    notices,
    reactions: reactions.map(({ unit, asks, because, after }) => `${asks} ${unit} for ${because} after ${after}`),
  }
}

test('a file goes as it was left', async () => {
  const ours = { 'file:/a': owned({ version: version('ours') }) }
  const told = await leave(ours, [effect(path, '/a', fileWith('ours')), effect(text, '/a', 'ours')])
  expect(told).toEqual({ going: ['file:/a: remove /a'], notices: [], reactions: [] })
})

test.each([
  ['content', fileWith('edited')],
  ['mode', { ...fileWith('ours'), mode: '0600' } as PathAnswer],
])('a file whose %s was changed since is kept, and that is said', async (_, found) => {
  const ours = { 'file:/a': owned({ version: version('ours') }) }
  expect(await leave(ours, [effect(path, '/a', found)])).toEqual({
    going: [],
    notices: ['file:/a left the description and is kept: it was edited since'],
    reactions: [],
  })
})

test('a file that is gone already is only to be forgotten', async () => {
  const ours = { 'file:/a': owned({ version: version('ours') }) }
  expect((await leave(ours, [effect(path, '/a', { type: 'absent' })])).going).toEqual(['file:/a'])
})

test('a unit that has it in force reacts once all that leaves has left', async () => {
  const answers = ['/a', '/b'].flatMap((at) => [effect(path, at, fileWith('x')), effect(text, at, 'x')])
  const ours = { 'file:/a': owned(), 'file:/b': owned() }
  const unit = effect(units, 'a.service', { ...runningUnit, activeSince: 1, activeUptime: 1 })
  expect((await leave(ours, [...answers, unit], ['file:/b'])).reactions).toEqual([
    'reload a.service for file:/b after 1',
  ])
})

const installed: PackageAnswer = { status: 'installed', version: '1', held: false, changedAt: 1 }
const needs = (name: string, ...needing: string[]) => [
  ...[name, ...needing].map((each) => effect(packages, each, installed)),
  effect(dependants, name, needing),
  effect(unfinishedPackages, null, []),
]

test('packages that others need are kept, and that is said', async () => {
  const { going, notices } = await leave({ 'apt:libx': owned() }, needs('libx', 'somebody'))
  expect([going, notices]).toEqual([[], ['apt:libx left the description and is kept: other things need it']])
})

test('packages that only need each other leave, whoever was first', async () => {
  const answers = [...needs('libx', 'tool'), ...needs('tool')]
  for (const order of [
    ['apt:libx', 'apt:tool'],
    ['apt:tool', 'apt:libx'],
  ]) {
    const { going, notices } = await leave(Object.fromEntries(order.map((key) => [key, owned()])), answers)
    expect([going.map((line) => line.split(': ')[0]), notices]).toEqual([['apt:tool', 'apt:libx'], []])
  }
})
