import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readAssignment } from '../../../engine/inventory/assignment.ts'
import { readSettingPath, settingName } from '../../../engine/inventory/setting-path.ts'

describe('a path', () => {
  test('reads what it prints', () => {
    const segment = fc.stringMatching(/^[^"]+$/)
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1 }), (path) => {
        expect(readSettingPath(settingName(path))).toEqual(path)
      }),
    )
  })

  test.each(['', '.', 'a.', '.a', 'a..b', 'a."b', '"a"b', '""'])('%j is none', (text) => {
    expect(readSettingPath(text)).toBeUndefined()
  })
})

describe('--set', () => {
  test.each([
    ['haproxy.balance=leastconn', 'haproxy', { balance: 'leastconn' }],
    ['nginx.workers=4', 'nginx', { workers: 4 }],
    ['nginx.on=yes', 'nginx', { on: true }],
    ['nginx.names=[a, b]', 'nginx', { names: ['a', 'b'] }],
    ['nginx.name=', 'nginx', { name: null }],
    ['nginx.arg=a=b', 'nginx', { arg: 'a=b' }],
    ['nginx.sites."a.example=".root=/srv', 'nginx', { sites: { 'a.example=': { root: '/srv' } } }],
    ['nginx={workers: 2}', 'nginx', { workers: 2 }],
  ])('%s', (text, role, values) => {
    expect(readAssignment(text)).toEqual({
      assignment: { role, layer: { where: '--set', origin: { name: `--set ${text}` }, values } },
    })
  })

  test.each([
    ['nginx', '--set nginx is not ROLE.SETTING=VALUE'],
    ['=3', '--set =3 is not ROLE.SETTING=VALUE'],
    ['a..b=3', '--set a..b=3 is not ROLE.SETTING=VALUE'],
    ['nginx=3', '--set nginx=3 must name a setting of role "nginx"'],
    ['nginx.a=[1', '--set nginx.a=[1 has a value that is not valid YAML'],
  ])('%s is refused', (text, message) => {
    const read = readAssignment(text)
    expect(read).toMatchObject({ problem: { code: 'usage' } })
    expect('problem' in read && read.problem.message).toContain(message)
  })
})
