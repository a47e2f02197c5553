import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { problemsIn } from './support/problems.ts'
import { makeSite, type Site, silentFiles } from './support/site.ts'

const practice = 'web:\n  vars: { fettle_lab: true }\n  hosts: { web1: , web2: }\n'
const siteWith = (inventory: string): Site => makeSite({ ...silentFiles, 'inventory/test.yml': inventory })

const set = (site: Site, name: string, input: string) => site.fettleWith({ input }, 'secrets', 'set', name)
const get = async (site: Site, name: string) => (await site.fettle('secrets', 'get', name)).stdout

test('an environment of practice hosts needs no key: its secrets are among what the lab keeps', async () => {
  const site = siteWith(practice)
  expect(await set(site, 'db', 'hunter22')).toEqual({ exit: 0, stdout: '', stderr: '' })
  expect(await get(site, 'db')).toBe('hunter22\n')
  const lab = join(site.folder, '.fettle/lab')
  expect(readFileSync(join(lab, 'test.secrets.age'), 'latin1')).not.toContain('hunter22')
  for (const name of ['identity', 'test.secrets.age'])
    expect([name, (statSync(join(lab, name)).mode & 0o777).toString(8)]).toEqual([name, '600'])
  expect(readdirSync(join(site.folder, 'inventory'))).toEqual(['test.yml'])
  expect(existsSync(join(site.folder, '.config'))).toBe(false)
})

test('of several commands at once, one makes them', async () => {
  const site = siteWith(practice)
  const names = ['a', 'b', 'c']
  const answers = await Promise.all(names.map((name) => set(site, name, `the word ${name}`)))
  expect(answers.map(({ exit, stderr }) => ({ exit, stderr }))).toEqual(names.map(() => ({ exit: 0, stderr: '' })))
  expect((await site.fettle('secrets', 'list')).stdout.trim().split('\n').sort()).toEqual(names)
})

test('a file beside the inventory is the one that counts', async () => {
  const site = siteWith(practice)
  await set(site, 'db', 'of the lab')
  expect((await site.fettle('secrets', 'init')).exit).toBe(0)
  expect(readdirSync(join(site.folder, 'inventory')).sort()).toContain('test.secrets.age')
  await set(site, 'db', 'of the site')
  expect(await get(site, 'db')).toBe('of the site\n')
})

test('one host that is real, and the secrets need a key of somebody', async () => {
  const site = siteWith(`${practice}db:\n  hosts: { db1: { ansible_host: 192.0.2.1 } }\n`)
  const { exit, stderr } = await set(site, 'db', 'hunter22')
  expect({ exit, problems: problemsIn(stderr) }).toMatchObject({ exit: 1, problems: [{ code: 'secret.missing' }] })
  expect(existsSync(join(site.folder, '.fettle/lab'))).toBe(false)
})
