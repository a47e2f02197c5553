import { describe, expect, test } from 'vitest'
import { leavingItems, type Ownership } from '../../../engine/converge/plan/ownership.ts'
import type { Owned } from '../../../engine/converge/state/manifest.ts'
import { directory } from '../../../engine/resources/directory.ts'
import { file } from '../../../engine/resources/file.ts'
import { kinds } from '../../../engine/resources/index.ts'
import { itemOf, manifestWith, owned, ownership } from './support/items.ts'

const leaving = (
  ours: Readonly<Record<string, Owned>>,
  change: Partial<Ownership> = {},
  described: Parameters<typeof leavingItems>[1] = [],
) => {
  const manifest = manifestWith({ owned: new Map(Object.entries(ours)) })
  const { items, notices } = leavingItems(manifest, described, { ...ownership, ...change }, kinds)
  return { keys: items.map(({ declaration }) => declaration.key), notices }
}

const nothing = { keys: [], notices: [] }
const removed = (...keys: string[]) => ({ keys, notices: [] })

describe('what nobody describes any more', () => {
  test.each<[string, Owned, Partial<Ownership>, ReturnType<typeof leaving>]>([
    ['goes where its role was computed', owned(), {}, removed('file:/a')],
    ['stays where its role was left alone in this run', owned(), { computed: new Set() }, nothing],
    ['stays where another site looks after it', owned({ site: 'blog' }), {}, nothing],
    [
      'goes where its role left and is retired',
      owned({ role: 'old' }),
      { retired: new Set(['old']) },
      removed('file:/a'),
    ],
    ['stays where another role is retired', owned(), { computed: new Set(), retired: new Set(['old']) }, nothing],
    ['gives back what was there before', owned({ origin: 'adopted' }), {}, removed('file:/a')],
  ])('%s', (_, record, change, expected) => {
    expect(leaving({ 'file:/a': record }, change)).toEqual(expected)
  })

  test('is asked about, once for each role, where its whole role left', () => {
    const ours = {
      'file:/a': owned({ role: 'old' }),
      'file:/b': owned({ role: 'old' }),
      'file:/c': owned({ role: 'older' }),
    }
    expect(leaving(ours)).toEqual({
      keys: [],
      notices: [
        'role older left this host and 1 of its things remain: remove them with --retire older',
        'role old left this host and 2 of its things remain: remove them with --retire old',
      ],
    })
  })

  test('is what no role of this run or of others describes', () => {
    const ours = { 'file:/a': owned(), 'file:/b': owned(), 'file:/c': owned() }
    const described = [
      itemOf(file.present({ path: '/a', content: '' })),
      itemOf(file.absent({ path: '/c' }), 'left alone'),
    ]
    expect(leaving(ours, {}, described).keys).toEqual(['file:/b'])
  })

  test('goes in the order opposite to that in which it was made', () => {
    const ours = { 'directory:/srv/a': owned(), 'file:/srv/a/b': owned(), 'symlink:/srv/a/c': owned() }
    expect(leaving(ours).keys).toEqual(['symlink:/srv/a/c', 'file:/srv/a/b', 'directory:/srv/a'])
  })
})

describe('what is never removed by leaving it out', () => {
  test.each([
    ['user:deploy', owned(), 'things of this kind are never removed by leaving them out'],
    ['group:deploy', owned(), 'things of this kind are never removed by leaving them out'],
    ['service:nginx.service', owned(), 'things of this kind are never removed by leaving them out'],
    ['apt:nginx', owned({ origin: 'adopted' }), 'it was there before'],
    ['directory:/srv', owned({ origin: 'adopted' }), 'it was there before'],
    ['database:shop', owned(), 'things of this kind are never removed by leaving them out'],
  ])('%s is kept and told', (key, record, why) => {
    expect(leaving({ [key]: record })).toEqual({
      keys: [],
      notices: [`${key} left the description and is kept: ${why}`],
    })
  })
})

describe('what goes', () => {
  const validate = { name: 'app', script: 'app -t' }
  const key = 'file:/a'
  const units = (ours: Parameters<typeof manifestWith>[0], described: Parameters<typeof leavingItems>[1] = []) => {
    const manifest = manifestWith({ owned: new Map([[key, owned()]]), ...ours })
    return leavingItems(manifest, described, ownership, kinds).items[0]?.declaration.attachments
  }
  const inForce = (asks: 'reload' | 'restart') => new Map([['app.service', new Map([[key, { version: '1', asks }]])]])

  test('is described as absent', () => {
    const manifest = manifestWith({ owned: new Map([[key, owned()]]) })
    expect(leavingItems(manifest, [], ownership, kinds).items[0]).toMatchObject({
      role: 'app',
      declaration: { key, spec: { state: 'absent', path: '/a' } },
    })
  })

  test('is missed by the units that have it in force, as they noticed it', () => {
    expect(units({ paid: inForce('reload') })).toEqual({ reloads: ['app.service'], restarts: [] })
    expect(units({ paid: inForce('restart') })).toEqual({ reloads: [], restarts: ['app.service'] })
    expect(
      units({ paid: new Map([['app.service', new Map([['file:/b', { version: '1', asks: 'reload' }]])]]) }),
    ).toEqual({
      reloads: [],
      restarts: [],
    })
  })

  test('is missed by the units that were still to get it, once each', () => {
    const at = { bootId: 'boot', uptime: 1 }
    const owed = new Map([['app.service', { asks: 'reload', because: [key], at } as const]])
    expect(units({ owed })).toEqual({ reloads: ['app.service'], restarts: [] })
    expect(units({ owed, paid: inForce('reload') })).toEqual({ reloads: ['app.service'], restarts: [] })
    const other = new Map([['app.service', { asks: 'reload', because: ['file:/b'], at } as const]])
    expect(units({ owed: other })).toEqual({ reloads: [], restarts: [] })
  })

  test('is judged by what judges the other files of those units', () => {
    const [one, other] = [
      { path: '/b', content: '' },
      { path: '/c', content: '' },
    ]
    const judged = itemOf(file.present({ ...one, validate, reloads: ['app.service'] }))
    const strange = itemOf(file.present({ ...other, validate: { name: 'other', script: '' }, reloads: ['b.service'] }))
    const plain = itemOf(directory.present({ path: '/d', restarts: ['app.service'] }))
    expect(units({ paid: inForce('reload') }, [plain, strange, judged])).toMatchObject({ validate })
    expect(units({ paid: inForce('reload') }, [plain, strange])).not.toHaveProperty('validate')
  })
})
