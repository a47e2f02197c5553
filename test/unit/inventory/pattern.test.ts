import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Inventory, loadInventory, selectHosts } from '../../../engine/inventory/index.ts'
import { folderWith, problemsOf } from './folder.ts'

const text = `
all:
  hosts:
    lone:
  children:
    lb: {hosts: {lb1: , lb2: }}
    web: {hosts: {"web[1:4]": }}
    prod: {hosts: {lb1: , web1: , web2: }}
    site: {children: {lb: , web: }}
    six: {hosts: {"fe80::1": , "10.0.0.1": }}
    empty:
`

const load = (): Promise<Inventory> => loadInventory(join(folderWith({ 'hosts.yml': text }), 'hosts.yml'))

describe('a limit', () => {
  test.each([
    ['all', 'lone lb1 lb2 web1 web2 web3 web4 fe80::1 10.0.0.1'],
    ['web2', 'web2'],
    ['web2,lb1', 'web2 lb1'],
    ['web2:lb1', 'web2 lb1'],
    [' web2 , lb1,', 'web2 lb1'],
    ['lb', 'lb1 lb2'],
    ['site', 'lb1 lb2 web1 web2 web3 web4'],
    ['ungrouped', 'lone'],
    ['web*', 'web1 web2 web3 web4'],
    ['web?', 'web1 web2 web3 web4'],
    ['web[!12]', 'web3 web4'],
    ['*b1', 'lb1 web1'],
    ['10.0.*', '10.0.0.1'],
    ['~(lb|web)[12]', 'lb1 lb2 web1 web2'],
    ['web:&prod', 'web1 web2'],
    ['web:!web3', 'web1 web2 web4'],
    ['!web', 'lone lb1 lb2 fe80::1 10.0.0.1'],
    ['!web,site:&prod', undefined],
    ['site,!web,&prod', 'lb1'],
    ['web[0]', 'web1'],
    ['web[-1]', 'web4'],
    ['web[1:2]', 'web2 web3'],
    ['web[2:]', 'web3 web4'],
    ['lb[0]:web[0:1]', 'lb1 web1 web2'],
    ['fe80::1', 'fe80::1'],
    ['empty,web1', 'web1'],
    ['lb[2:],web1', 'web1'],
    ['web,!nothing*', 'web1 web2 web3 web4'],
  ])('%s', async (pattern, expected) => {
    if (expected !== undefined) expect(selectHosts(await load(), pattern).join(' ')).toBe(expected)
    else expect(await problemsOf(async () => selectHosts(await load(), pattern))).not.toEqual([])
  })

  test.each([
    ['wbe', ['no host or group "wbe"'], 'did you mean "web"?'],
    ['web11', ['no host or group "web11"'], 'did you mean "web1"?'],
    ['web1,zzz,!yyy', ['no host or group "zzz"', 'no host or group "yyy"']],
    ['web1,zz*', ['no host or group "zz*"']],
    ['~[', ['"~[" is not a valid pattern']],
    ['~', ['"~" is not a valid pattern']],
    ['web[1:2', ['no host or group "web[1"', 'no host or group "2"']],
    ['web[9]', ['"web[9]" is beyond the 4 hosts of "web"']],
    ['web[-9]', ['"web[-9]" is beyond the 4 hosts of "web"']],
    ['web[1-3]', ['"web[1-3]" is ambiguous'], 'write [1:3] for a slice, [123] for digits'],
    ['empty', ['the limit "empty" leaves no host']],
    ['web,!web', ['the limit "web,!web" leaves no host']],
    ['web.', ['no host or group "web."'], 'did you mean "web"?'],
    ['@/nowhere', ['the limit file /nowhere cannot be read']],
  ])('%s is refused', async (pattern, messages, hint?: string) => {
    const inventory = await load()
    const problems = await problemsOf(() => selectHosts(inventory, pattern))
    expect(problems.map(({ code, message }) => [code, message])).toEqual(
      messages.map((each) => ['limit.unknown', each]),
    )
    if (hint) expect(problems[0]?.hint).toBe(hint)
  })

  test('from a file, one pattern a line', async () => {
    const folder = folderWith({ failed: '# last run\nweb2\n\n  lb\n!lb2\n' })
    expect(selectHosts(await load(), `@${join(folder, 'failed')}`)).toEqual(['web2', 'lb1'])
  })
})
