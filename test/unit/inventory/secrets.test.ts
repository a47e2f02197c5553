import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineRole } from '../../../engine/core/role.ts'
import { isSecret, mark, reveal, Secret } from '../../../engine/core/secret.ts'
import { secret, secretFrom } from '../../../engine/core/secret-setting.ts'
import { explain, listJson, loadInventory, loadSite, resolveSite } from '../../../engine/inventory/index.ts'
import { type Files, folderWith, lineOf, problemsOf } from './folder.ts'

const shop = defineRole({
  name: 'shop',
  summary: 'shop',
  settings: z.strictObject({
    name: z.string().default('shop'),
    password: secret().optional().describe('of the database'),
    key: secretFrom('generate length=40').describe('of sessions'),
    nested: z.strictObject({ token: secretFrom('env:TOKEN') }).prefault({}),
    users: z.record(z.string(), z.strictObject({ password: secret(), admin: z.boolean().default(false) })).default({}),
    more: z.array(secret()).default([]),
  }),
  resources: () => [],
})

const plain = defineRole({
  name: 'plain',
  summary: 'plain',
  settings: z.object({ a: z.string() }),
  resources: () => [],
})

const hosts = 'web: {hosts: {web1: , web2: }}\n'
const siteWith = (settings: string) => `name: shop\ngroups:\n  web:\n    shop:\n      ${settings}\n`

const open = async (files: Files, set: readonly string[] = []) => {
  const folder = folderWith({ 'hosts.yml': hosts, 'site.yml': siteWith('name: a'), ...files })
  const found: Secret[] = []
  const unsealing = { open: (text: string) => text.replace(/^.*\n/, ''), found: (each: Secret) => found.push(each) }
  const inventory = await loadInventory(join(folder, 'hosts.yml'), { unsealing })
  const site = await loadSite(join(folder, 'site.yml'))
  return { folder, found, resolution: { inventory, site, roles: [shop, plain], set } }
}

const wanted = async (files: Files, set: readonly string[] = []) => {
  const { folder, resolution } = await open(files, set)
  const [host] = resolveSite(resolution).hosts
  const settings = host?.roles[0]?.settings as Record<string, unknown>
  const secrets = (host?.roles[0]?.secrets ?? []).map(({ setting, reference, problem }) => {
    const { position } = problem({ code: 'secret.missing', message: 'x' })
    const place = `${position?.file.replace(`${folder}/`, '')}:${position?.line}:${position?.column}`
    return [setting, reference, place] as const
  })
  return { settings, secrets }
}

const mistakes = async (files: Files, set: readonly string[] = []) => {
  const { folder, resolution } = await open(files, set)
  const problems = await problemsOf(() => resolveSite(resolution))
  for (const problem of problems) expect(JSON.stringify(problem)).not.toContain('hunter22')
  return problems.map((problem) => lineOf(folder, problem).replace(/ \(.*/, ''))
}

const key = ['shop.key', { from: 'generate', name: 'shop.key', length: 40, alphabet: 'alphanumeric' }]
const token = ['shop.nested.token', { from: 'env', name: 'TOKEN' }]

describe('where a setting is secret', () => {
  test('a reference becomes a secret, found again by its place', async () => {
    const site = siteWith('password: secret:db\n      users: {ada: {password: env:ADA}}\n      more: [generate:x]')
    const { settings, secrets } = await wanted({ 'site.yml': site })
    expect(secrets).toEqual([
      ['shop.password', { from: 'secret', name: 'db' }, 'site.yml:5:17'],
      ['shop.users.ada.password', { from: 'env', name: 'ADA' }, 'site.yml:6:31'],
      ['shop.more.0', { from: 'generate', name: 'x', length: 32, alphabet: 'alphanumeric' }, 'site.yml:7:14'],
      [...key, 'site.yml:4:5'],
      [...token, 'site.yml:4:5'],
    ])
    expect(settings).toMatchObject({
      name: 'shop',
      password: expect.any(Secret),
      key: expect.any(Secret),
      nested: { token: expect.any(Secret) },
      users: { ada: { password: expect.any(Secret), admin: false } },
      more: [expect.any(Secret)],
    })
    expect(JSON.stringify(settings)).not.toContain('secret:db')
  })

  test('what nobody says is what the role says', async () => {
    const { settings, secrets } = await wanted({})
    expect(secrets.map(([setting, reference]) => [setting, reference])).toEqual([key, token])
    expect(settings.password).toBeUndefined()
  })

  test('hosts that say the same share the secret', async () => {
    const { resolution } = await open({})
    const [one, two] = resolveSite(resolution).hosts
    expect(one?.roles[0]?.secrets[0]?.secret).toBe(two?.roles[0]?.secrets[0]?.secret)
  })

  test('a stronger place wins', async () => {
    const { secrets } = await wanted({ 'host_vars/web1.yml': 'shop: {key: secret:own}\n' }, [
      'shop.nested.token=file:t',
    ])
    expect(secrets).toEqual([
      ['shop.key', { from: 'secret', name: 'own' }, 'host_vars/web1.yml:1:13'],
      ['shop.nested.token', { from: 'file', path: 't' }, '--set shop.nested.token=file:t:undefined:undefined'],
    ])
  })
})

describe('what may be the secret itself is refused, and not shown', () => {
  const words = 'a secret is not written here, but where it is to be had'

  test('in a file', async () => {
    const site = siteWith('password: hunter22\n      users: {ada: {password: "hunter22 "}, bob: {password: env:B}}')
    expect(await mistakes({ 'site.yml': site })).toEqual([
      `site.yml:5:17 settings.invalid: shop.password: ${words}`,
      `site.yml:6:31 settings.invalid: shop.users.ada.password: ${words}`,
    ])
  })

  test('on the command line', async () => {
    expect(await mistakes({}, ['shop.password=hunter22'])).toEqual([
      `--set shop.password=******** settings.invalid: shop.password: ${words}`,
    ])
  })

  test('where two groups disagree', async () => {
    const inventory =
      'a: {hosts: {web1: }, vars: {shop: {key: hunter22}}}\nb: {hosts: {web1: }, vars: {shop: {key: env:K}}}\n'
    const found = await mistakes({ 'hosts.yml': `${inventory}web: {hosts: {web1: }}\n` })
    expect(found).toContainEqual(expect.stringContaining('settings.conflict: groups "a" and "b" disagree on shop.key'))
  })

  test('by what explains settings', async () => {
    const { resolution } = await open({ 'site.yml': siteWith('password: hunter22') })
    for (const setting of ['shop.password', 'shop'])
      expect(JSON.stringify(explain({ ...resolution, host: 'web1', setting }))).not.toContain('hunter22')
  })
})

test('a reference is explained, its value is not', async () => {
  const { resolution } = await open({ 'site.yml': siteWith('password: secret:db') })
  const told = explain({ ...resolution, host: 'web1', setting: 'shop.password' })
  expect(JSON.parse(JSON.stringify(told))).toMatchObject({ value: mark, candidates: [{ value: 'secret:db' }] })
})

const vaulted = '$ANSIBLE_VAULT;1.1;AES256\n'

describe('what Ansible Vault encrypted', () => {
  const value = `!vault |\n        ${vaulted}        6162`

  test('is a secret where a setting is one', async () => {
    const { secrets } = await wanted({ 'site.yml': siteWith(`password: ${value}`) })
    expect(secrets[0]).toEqual(['shop.password', { from: 'vault', text: `${vaulted}6162\n` }, 'site.yml:5:24'])
  })

  test('is another one than what another group says', async () => {
    const vars = (hex: string) => `{shop: {key: !vault "${vaulted.trim()}\\n${hex}"}}`
    const inventory = `a: {hosts: {web1: }, vars: ${vars('61')}}\nb: {hosts: {web1: }, vars: ${vars('62')}}\n`
    expect(await mistakes({ 'hosts.yml': `${inventory}web: {hosts: {web1: }}\n` })).toEqual([
      expect.stringContaining('settings.conflict: groups "a" and "b" disagree on shop.key'),
    ])
  })

  test('is refused where a role would show it', async () => {
    expect(await mistakes({ 'site.yml': siteWith(`name: ${value}`) })).toEqual([
      'site.yml:5:20 settings.invalid: shop.name: this is encrypted, and the role does not keep the setting secret',
    ])
  })

  test('a whole file: its texts are secrets, its numbers are not', async () => {
    const { found, resolution } = await open({
      'group_vars/web.yml': `${vaulted}shop: {password: hunter22}\nport: 80\nlogin: {user: ada}\n`,
    })
    const [host] = resolveSite(resolution).hosts
    const { password } = (host?.roles[0]?.settings ?? {}) as { password: Secret }
    expect(reveal(password)).toBe('hunter22')
    expect(found.map(reveal)).toEqual(['hunter22', 'ada'])
    expect(host?.view.variables).toMatchObject({ port: 80, login: { user: expect.toSatisfy(isSecret) } })
    expect(listJson(resolution.inventory)).toContain(`"user": "${mark}"`)
    expect(listJson(resolution.inventory)).not.toContain('hunter22')
  })

  test('a whole file: no mistake shows a line of it', async () => {
    const files = { 'group_vars/web.yml': `${vaulted}shop: {pasword: hunter22}\nx: 1\n` }
    const { resolution } = await open(files)
    const [problem] = await problemsOf(() => resolveSite(resolution))
    expect(problem).toMatchObject({ message: 'unknown setting shop.pasword', position: { line: 1 } })
    expect(JSON.stringify(problem)).not.toContain('hunter22')
  })

  test('a whole file that is no YAML', async () => {
    const files = { 'group_vars/web.yml': `${vaulted}hunter22: [\n` }
    const [problem] = await problemsOf(() => open(files))
    expect(problem).toMatchObject({ code: 'inventory.syntax', message: 'not valid YAML, once decrypted' })
    expect(JSON.stringify(problem)).not.toContain('hunter22')
  })

  test('a whole file without a password is locked', async () => {
    const folder = folderWith({ 'hosts.yml': hosts, 'group_vars/web.yml': vaulted, 'group_vars/all.yml': vaulted })
    const problems = await problemsOf(() => loadInventory(join(folder, 'hosts.yml')))
    expect(problems.map(({ code, position }) => [code, position?.file.replace(`${folder}/`, '')])).toEqual([
      ['secret.locked', 'group_vars/all.yml'],
      ['secret.locked', 'group_vars/web.yml'],
    ])
  })
})

test('secrets beside inventories are no inventories', async () => {
  const folder = folderWith({
    'lab/hosts.yml': hosts,
    'lab/lab.secrets.age': 'x: [',
    'lab/lab.secrets.recipients': 'age1',
  })
  expect((await loadInventory(join(folder, 'lab'))).hosts.size).toBe(2)
})
