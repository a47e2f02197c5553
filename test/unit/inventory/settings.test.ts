import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Group } from '../../../engine/inventory/model.ts'
import { type Candidate, mergeSettings, type Stratum } from '../../../engine/inventory/settings.ts'

const group = (name: string, depth: number, parents: readonly Group[] = [], priority = 1): Group => ({
  name,
  depth,
  priority,
  parents,
  hosts: [],
  children: [],
  inline: [],
  files: [],
})

const all = group('all', 0)
const web = group('web', 1, [all])
const edge = group('edge', 1, [all])
const both = group('both', 2, [web, edge])
const deep = group('deep', 2, [web])
const far = group('far', 2, [edge])
const urgent = group('urgent', 1, [all], 5)

const says = (values: object, stratum: Stratum, of?: Group): Candidate => ({
  layer: { where: of?.name ?? stratum, origin: { name: 'test' }, values: values as Candidate['layer']['values'] },
  stratum,
  ...(of && { group: of }),
})

const merged = (...candidates: readonly Candidate[]) => {
  const { value, conflicts } = mergeSettings(candidates)
  return {
    value,
    conflicts: conflicts.map(({ path, winner, other }) => [path.join('.'), other.layer.where, winner.layer.where]),
  }
}

describe('merging', () => {
  test('mappings merge, all else is replaced', () => {
    const low = says({ a: { x: 1, y: [1, 2] }, b: { k: 1 }, c: 1, d: { k: 1 } }, 'site', all)
    const high = says({ a: { y: [3], z: 3 }, b: 2, c: { k: 2 }, d: null }, 'host')
    expect(merged(low, high)).toEqual({
      value: { a: { x: 1, y: [3], z: 3 }, b: 2, c: { k: 2 }, d: null },
      conflicts: [],
    })
  })

  test('a value in between cuts off the mappings below it', () => {
    const cut = [says({ a: { x: 1 } }, 'site', all), says({ a: 2 }, 'inventory', all), says({ a: { y: 3 } }, 'host')]
    expect(merged(...cut).value).toEqual({ a: { y: 3 } })
  })

  test('nothing said is nothing', () => {
    expect(merged().value).toEqual({})
  })

  const tree = fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), fc.jsonValue())

  test('one layer comes out as it went in', () => {
    const property = fc.property(tree, (values) => {
      expect(merged(says(values, 'host')).value).toEqual(values)
    })
    fc.assert(property)
  })

  test('many layers are the same as one after the other', () => {
    const property = fc.property(tree, tree, tree, (a, b, c) => {
      const [first, second, third] = [says(a, 'host'), says(b, 'host'), says(c, 'host')]
      const before = says(merged(first, second).value, 'host')
      expect(merged(before, third)).toEqual(merged(first, second, third))
    })
    fc.assert(property)
    expect({}).not.toHaveProperty('a')
  })
})

describe('groups that are not within each other', () => {
  test.each<[string, readonly Candidate[], readonly (readonly string[])[]]>([
    ['disagree', [says({ a: 1 }, 'site', edge), says({ a: 2 }, 'site', web)], [['a', 'edge', 'web']]],
    [
      'disagree deep inside',
      [says({ a: { x: 1, y: 1 } }, 'site', edge), says({ a: { x: 1, y: 2 } }, 'site', web)],
      [['a.y', 'edge', 'web']],
    ],
    [
      'disagree about the kind',
      [says({ a: { x: 1 } }, 'site', edge), says({ a: 2 }, 'site', web)],
      [['a', 'edge', 'web']],
    ],
    [
      'disagree about a list',
      [says({ a: [1, 2] }, 'site', edge), says({ a: [2, 1] }, 'site', web)],
      [['a', 'edge', 'web']],
    ],
    [
      'disagree at different depths',
      [says({ a: 1 }, 'site', edge), says({ a: 2 }, 'site', deep)],
      [['a', 'edge', 'deep']],
    ],
    ['agree', [says({ a: { x: [1] } }, 'site', edge), says({ a: { x: [1] } }, 'site', web)], []],
    ['speak of different things', [says({ a: { x: 1 } }, 'site', edge), says({ a: { y: 2 } }, 'site', web)], []],
    [
      'are settled by a group within both',
      [says({ a: 1 }, 'site', edge), says({ a: 2 }, 'site', web), says({ a: 3 }, 'site', both)],
      [],
    ],
    [
      'are not settled by a group within one',
      [says({ a: 1 }, 'site', edge), says({ a: 2 }, 'site', web), says({ a: 3 }, 'site', deep)],
      [['a', 'edge', 'deep']],
    ],
    [
      'are settled by the host',
      [says({ a: 1 }, 'site', edge), says({ a: 2 }, 'site', web), says({ a: 3 }, 'host')],
      [],
    ],
    [
      'are settled by the inventory',
      [says({ a: 1 }, 'site', edge), says({ a: 2 }, 'site', web), says({ a: 3 }, 'inventory', all)],
      [],
    ],
    [
      'disagree in the inventory',
      [says({ a: 0 }, 'site', web), says({ a: 1 }, 'inventory', edge), says({ a: 2 }, 'inventory', web)],
      [['a', 'edge', 'web']],
    ],
    ['are settled by priority', [says({ a: 1 }, 'site', edge), says({ a: 2 }, 'site', urgent)], []],
    [
      'have no say where a group within one of them agrees',
      [says({ a: 1 }, 'site', web), says({ a: 2 }, 'site', deep), says({ a: 2 }, 'site', far)],
      [],
    ],
    [
      'speak last in their files',
      [says({ a: 1 }, 'inventory', edge), says({ a: 2 }, 'inventory', edge), says({ a: 2 }, 'inventory', web)],
      [],
    ],
  ])('%s', (_, candidates, conflicts) => {
    expect(merged(...candidates).conflicts).toEqual(conflicts)
  })

  test('a parent never conflicts with its child', () => {
    expect(merged(says({ a: 1 }, 'site', all), says({ a: 2 }, 'site', web), says({ a: 3 }, 'site', deep))).toEqual({
      value: { a: 3 },
      conflicts: [],
    })
  })
})
