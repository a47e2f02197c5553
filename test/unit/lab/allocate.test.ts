import { describe, expect, test } from 'vitest'
import { allocate, checkSpecs, renumber } from '../../../engine/lab/allocate.ts'
import { cableOf, type LabState, machineOf } from '../../../engine/lab/state.ts'

const empty: LabState = { format: 1, id: '52bf38', subnet: '10.120.7', disks: '/disks', hosts: {} }
const imageOf = (release: string) => `/images/${release}`
let count = 0
const machineId = () => String(++count).padStart(32, '0')
const add = (state: LabState, ...specs: string[]) =>
  allocate(
    state,
    specs.map((spec) => ({ name: spec.split(':')[0] ?? '', release: spec.split(':')[1] ?? 'bookworm' })),
    imageOf,
    machineId,
  )

describe('allocate', () => {
  test('gives each host an address, an identity and the image of its release', () => {
    const { hosts } = add(empty, 'lb1', 'web1:trixie')
    expect(hosts.lb1).toMatchObject({ number: 10, address: '10.120.7.10', image: '/images/bookworm' })
    expect(hosts.web1).toMatchObject({ number: 11, address: '10.120.7.11', image: '/images/trixie' })
    expect(hosts.lb1?.machineId).not.toBe(hosts.web1?.machineId)
  })

  test('leaves known hosts as they are, whatever is asked for later', () => {
    const first = add(empty, 'lb1', 'web1')
    const second = add(first, 'web1', 'db1')
    expect(second.hosts.lb1).toEqual(first.hosts.lb1)
    expect(second.hosts.web1).toEqual(first.hosts.web1)
    expect(second.hosts.db1?.number).toBe(12)
  })

  test('keeps address and identity through a change of release', () => {
    const before = add(empty, 'web1')
    const after = add(before, 'web1:trixie')
    expect(after.hosts.web1).toEqual({ ...before.hosts.web1, release: 'trixie', image: '/images/trixie' })
  })

  test('gives a host whose image is gone another one', () => {
    const before = add(empty, 'web1')
    const web1 = before.hosts.web1
    if (!web1) throw new Error('not allocated')
    const after = add({ ...before, hosts: { web1: { ...web1, image: '' } } }, 'web1')
    expect(after).toEqual(before)
  })

  test('a full lab says so, and its last host still fits every name', () => {
    const names = Array.from({ length: 245 }, (_, index) => `h${index}`)
    const full = add(empty, ...names)
    const last = full.hosts.h244
    expect(last?.address).toBe('10.120.7.254')
    if (last) expect(cableOf(full.id, last).length).toBeLessThanOrEqual(15)
    if (last) expect(machineOf(full.id, last)).toBe('f52bf38-254')
    expect(() => add(full, 'more')).toThrow(/245/)
  })
})

test('renumber moves every address and nothing else', () => {
  const moved = renumber(add(empty, 'a', 'b'), '10.150.0')
  expect(Object.values(moved.hosts).map(({ address }) => address)).toEqual(['10.150.0.10', '10.150.0.11'])
})

describe('checkSpecs', () => {
  test('takes host names', () => {
    expect(() =>
      checkSpecs([
        { name: 'web-1', release: 'sid' },
        { name: 'a'.repeat(63), release: 'trixie' },
      ]),
    ).not.toThrow()
  })

  test.each([
    ['Web1', 'bookworm'],
    ['web_1', 'bookworm'],
    ['-web', 'bookworm'],
    ['web1\n', 'bookworm'],
    ['../web', 'bookworm'],
    ['', 'bookworm'],
    ['a'.repeat(64), 'bookworm'],
    ['controller', 'bookworm'],
    ['web1', '12'],
    ['web1', 'sid; reboot'],
  ])('refuses %j on %j', (name, release) => {
    expect(() => checkSpecs([{ name, release }])).toThrow(expect.objectContaining({ code: 'lab.failed' }))
  })

  test('reports everything at once', () => {
    const specs = ['A', 'b', 'b', 'C'].map((name) => ({ name, release: 'bookworm' }))
    expect(() => checkSpecs(specs)).toThrow(/A .*C .*b is given twice/)
  })
})
