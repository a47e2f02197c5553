import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, describe as group, test } from 'vitest'
import { problemsIn } from './support/problems.ts'
import { type Files, makeSite, type Site, silentFiles } from './support/site.ts'

const role = `import { defineRole, file, namesOf, z } from 'fettle'

export default defineRole({
  name: 'shop',
  summary: 'Keeps a shop.',
  settings: z.strictObject({ also: z.array(z.string()).default([]) }),
  certificates: ({ settings, host }) => [{ name: 'tls', names: [...namesOf(host), ...settings.also] }],
  resources: ({ certificate }) => {
    const { key, certificate: signed } = certificate('tls')
    return [file.present({ path: '/etc/shop/key', content: key }), file.present({ path: '/etc/shop/pem', content: signed })]
  },
})
`

const siteYml = (shop = '{}') => `name: silent\ngroups:\n  web:\n    shop: ${shop}\n`
const files: Files = { ...silentFiles, 'roles/shop/index.ts': role, 'site.yml': siteYml() }
const sealed = 'inventory/test.secrets.age'

const shop = async (more: Files = {}): Promise<Site> => {
  const site = makeSite({ ...files, ...more })
  expect((await site.fettle('secrets', 'init')).exit).toBe(0)
  return site
}

interface Row {
  readonly entry: string
  readonly host: string | null
  readonly names: readonly string[]
  readonly due: string | null
  readonly expires: string | null
  readonly certificate: string
}

const rowsOf = async (site: Site, ...args: readonly string[]): Promise<readonly Row[]> => {
  const { exit, stdout, stderr } = await site.fettle('certificates', '--json', ...args)
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

const dueOf = async (site: Site) => (await rowsOf(site)).map(({ entry, due }) => `${entry} ${due}`)
const contentOf = (site: Site) => readFileSync(join(site.folder, sealed))

// Nobody answers, but what is to be placed is made before anybody is asked.
const provision = async (site: Site, ...args: readonly string[]) => {
  const { exit, stdout, stderr } = await site.fettle('provision', '--yes', ...args)
  expect(exit).toBe(4)
  return stdout + stderr
}

group('certificates that a role asks for', () => {
  test('are kept by provision, and then the same', async () => {
    const site = await shop()
    expect(await dueOf(site)).toEqual(['ca.authority missing', 'ca.web1.tls missing', 'ca.web2.tls missing'])
    await provision(site)
    const [authority, web1, web2] = await rowsOf(site)
    expect([authority?.due, web1?.due, web2?.due]).toEqual([null, null, null])
    expect([web1?.names, web2?.names]).toEqual([
      ['web1', '192.0.2.1'],
      ['web2', '192.0.2.2'],
    ])
    const signer = new X509Certificate(authority?.certificate ?? '').publicKey
    for (const each of [authority, web1, web2])
      expect(new X509Certificate(each?.certificate ?? '').verify(signer)).toBe(true)
    const kept = contentOf(site)
    await provision(site)
    expect(contentOf(site)).toEqual(kept)
  })

  test('are made for this once by plan and drift', async () => {
    const site = await shop()
    const before = contentOf(site)
    for (const command of ['plan', 'drift']) expect((await site.fettle(command)).exit).toBe(4)
    expect(contentOf(site)).toEqual(before)
  })

  test('are made for the chosen hosts alone, by one authority', async () => {
    const site = await shop()
    await provision(site, '-l', 'web2')
    expect(await dueOf(site)).toEqual(['ca.authority null', 'ca.web1.tls missing', 'ca.web2.tls null'])
    const [authority] = await rowsOf(site)
    await provision(site)
    expect((await rowsOf(site))[0]?.certificate).toBe(authority?.certificate)
    expect((await rowsOf(site, '-l', 'web1')).map(({ entry }) => entry)).toEqual(['ca.authority', 'ca.web1.tls'])
  })

  test('are issued anew for other names, and are listed when nobody asks for them', async () => {
    const site = await shop()
    await provision(site)
    site.write({ 'site.yml': siteYml('{ also: [shop.example.org] }') })
    expect(await dueOf(site)).toEqual(['ca.authority null', 'ca.web1.tls names', 'ca.web2.tls names'])
    await provision(site)
    expect((await rowsOf(site))[1]?.names).toEqual(['web1', '192.0.2.1', 'shop.example.org'])
    site.write({ 'site.yml': 'name: silent\ngroups: { web: {} }\n' })
    expect((await site.fettle('certificates')).stdout).toMatch(/^no role asks for\n {2}ca\.web1\.tls {2}expires \d{4}/m)
  })

  test('hold as long as the role ca says', async () => {
    const site = await shop({ 'inventory/host_vars/web1.yml': 'ca: { days: 30, renewBefore: 20 }\n' })
    site.write({ 'site.yml': `${siteYml()}    ca: {}\n` })
    await provision(site)
    const days = (await rowsOf(site)).map(({ expires }) =>
      Math.round((Date.parse(expires ?? '') - Date.now()) / 86_400_000),
    )
    expect(days).toEqual([3650, 30, 365])
  })

  test('are told where they are about to expire, and those that are not in use are not', async () => {
    const site = await shop({ 'inventory/host_vars/web1.yml': 'ca: { days: 30, renewBefore: 20 }\n' })
    site.write({ 'site.yml': `${siteYml()}    ca: {}\n` })
    await provision(site)
    expect(await site.fettle('certificates', '--within', '29d')).toMatchObject({ exit: 0, stderr: '' })
    const told = await site.fettle('certificates', '--within', '31d')
    expect(told.exit).toBe(3)
    expect(problemsIn(told.stderr)).toMatchObject([
      { code: 'certificate.expiring', message: expect.stringMatching(/^ca\.web1\.tls expires on \d{4}-/) },
    ])
    site.write({ 'site.yml': 'name: silent\ngroups: { web: {} }\n' })
    expect(await site.fettle('certificates', '--within', '31d')).toMatchObject({ exit: 0, stderr: '' })
  })

  test('are shown to people host by host', async () => {
    const site = await shop()
    await provision(site, '-l', 'web1')
    const { stdout } = await site.fettle('certificates')
    expect(stdout.replaceAll(/\d{4}-\d\d-\d\d/g, 'DAY')).toBe(`authority
  expires DAY, renewed from DAY on

web1
  tls  web1, 192.0.2.1  expires DAY, renewed from DAY on

web2
  tls  web2, 192.0.2.2  not made yet: the next provision issues it
`)
  })

  test('have keys that nobody is shown but who asks', async () => {
    const site = await shop()
    const said = [await provision(site), (await site.fettle('certificates', '--json')).stdout]
    const { stdout: key } = await site.fettle('secrets', 'get', 'ca.web1.tls')
    expect(key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/)
    for (const text of [...said, contentOf(site).toString('latin1')]) expect(text).not.toContain(key.split('\n')[1])
    const { stdout } = await site.fettle('secrets', 'list', '--json')
    expect(stdout).toContain('{"name":"ca.web1.tls","generated":true,"certificate":true}\n')
  })

  test('are replaced with what is generated', async () => {
    const site = await shop()
    await provision(site)
    const before = await rowsOf(site)
    const { stdout } = await site.fettle('secrets', 'rotate', '--generated')
    expect(stdout).toBe(`ca.authority: role shop on web[1:2]
ca.web1.tls: role shop on web1
ca.web2.tls: role shop on web2
`)
    const after = await rowsOf(site)
    expect(after.map(({ due }) => due)).toEqual([null, null, null])
    for (const [index, { certificate }] of after.entries()) expect(certificate).not.toBe(before[index]?.certificate)
  })
})

group('certificates that cannot be had', () => {
  test('without a file of secrets', async () => {
    const site = makeSite(files)
    const { exit, stderr } = await site.fettle('plan')
    expect({ exit, problems: problemsIn(stderr) }).toEqual({
      exit: 1,
      problems: [
        {
          code: 'secret.missing',
          message: `role shop asks for certificates: there is no ${sealed}`,
          at: 'site.yml:4:5',
          hint: '`fettle secrets init` makes it',
        },
      ],
    })
  })

  test.each([
    ['{ also: [not a name] }', 'role "shop" asks for a certificate "tls" for "not a name"'],
    ['{}\n    ca: { certificates: { tls: {} } }', 'roles "shop" and "ca" both ask for a certificate called "tls"'],
  ])('because of %s', async (settings, message) => {
    const site = await shop({ 'site.yml': siteYml(settings) })
    for (const command of [['plan'], ['certificates']]) {
      const { exit, stderr } = await site.fettle(...command)
      expect({ exit, problems: problemsIn(stderr) }).toMatchObject({
        exit: 1,
        problems: [{ code: 'certificate.invalid', message }],
      })
    }
  })

  test('because something else has their place', async () => {
    const site = await shop()
    await site.fettleWith({ input: 'hunter22' }, 'secrets', 'set', 'ca.web1.tls')
    const { exit, stderr } = await site.fettle('provision', '--yes')
    expect({ exit, problems: problemsIn(stderr) }).toMatchObject({
      exit: 1,
      problems: [
        { code: 'secret.invalid', hint: '`fettle secrets remove ca.web1.tls`: the next provision makes another' },
      ],
    })
    await site.fettle('secrets', 'remove', 'ca.web1.tls')
    await provision(site)
    expect(await dueOf(site)).toEqual(['ca.authority null', 'ca.web1.tls null', 'ca.web2.tls null'])
  })

  test('a site that asks for none needs no file and no key', async () => {
    const site = makeSite({ ...files, 'site.yml': 'name: silent\ngroups: { web: {} }\n' })
    expect((await site.fettle('plan')).stderr).not.toMatch(/secret\./)
  })
})
