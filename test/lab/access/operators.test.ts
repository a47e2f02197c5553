import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { usePracticeHosts } from '../harness.ts'
import { type Site, useSite } from '../support/site.ts'
import { type Snapshot, snapshot } from '../support/snapshot.ts'
import { deedsOf, nothing, resultOf } from '../support/told.ts'

const lab = usePracticeHosts(['web1'])
const host = () => lab.host('web1')
const sh = async (script: string) => (await host().sh(script)).stdout

let site: Site
/** The same site, run by somebody else. */
const siteOf = new Map<string, Site>()
const keyOf = new Map<string, string>()

const siteYml = (users: object) =>
  JSON.stringify({
    name: 'operators',
    groups: { web: { base: { packages: [], securityUpgrades: { enabled: false }, ssh: { enabled: false }, users } } },
  })

const describeUsers = (users: object) =>
  Promise.all([site, ...siteOf.values()].map((each) => each.describe(siteYml(users))))

const keyFile = (name: string) => join(site.folder, name)
const admin = (...names: readonly string[]) => ({ keys: names.map((name) => keyOf.get(name)), sudo: true })

beforeAll(async () => {
  const variables = { fettle_confirm_timeout: 20 }
  site = await useSite({ siteYml: siteYml({}), hosts: { web: [host()] }, variables })
  for (const name of ['ada', 'ada2', 'bob']) {
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', keyFile(name)])
    keyOf.set(name, (await readFile(`${keyFile(name)}.pub`, 'utf8')).trim())
  }
  for (const user of ['ada', 'bob']) {
    const way = { ...host(), user, keyFile: keyFile(user) }
    siteOf.set(user, await useSite({ siteYml: siteYml({}), hosts: { web: [way] }, variables }))
  }
})

/** What a user is let in for, with a key. */
const as = async (user: string, key: string, ...command: readonly string[]) => {
  const options = ['IdentitiesOnly=yes', 'BatchMode=yes', 'StrictHostKeyChecking=yes']
  const argv = [...options, `UserKnownHostsFile=${host().knownHosts}`].flatMap((option) => ['-o', option])
  const { exitCode } = await execa(
    'ssh',
    ['-F', 'none', '-i', keyFile(key), ...argv, `${user}@${host().address}`, ...command],
    { reject: false, input: 'true' },
  )
  return exitCode
}

const provision = (by: Site = site) => by.fettle('provision', '--yes', '--json')
const by = (user: string): Site => siteOf.get(user) ?? site

describe('operators', () => {
  beforeEach(() => describeUsers({ ada: admin('ada'), bob: admin('bob') }))

  test('come, with a key and sudo, and Fettle comes in as them', async () => {
    expect(deedsOf(await provision(), 'web1')).toMatchObject({ exit: 0 })
    expect(await as('ada', 'ada', 'sudo', '-n', 'sh')).toBe(0)
    expect(await as('ada', 'bob', 'true')).toBe(255)
    expect(await sh('cat /etc/sudoers.d/50-fettle')).toContain('Defaults use_pty\n')
    expect(deedsOf(await provision(by('ada')), 'web1')).toEqual(nothing)
  })

  test('change their key: the new one before the old one goes', async () => {
    await describeUsers({ ada: admin('ada', 'ada2'), bob: admin('bob') })
    expect(deedsOf(await provision(), 'web1')).toMatchObject({ exit: 0, changed: ['authorized-keys:ada'] })
    await describeUsers({ ada: admin('ada2'), bob: admin('bob') })
    expect(deedsOf(await provision(), 'web1')).toMatchObject({ exit: 0, changed: ['authorized-keys:ada'] })
    expect([await as('ada', 'ada2', 'true'), await as('ada', 'ada', 'true')]).toEqual([0, 255])
  })

  test('cannot take away the key that they come in with', async () => {
    await provision()
    await describeUsers({ ada: admin('ada2'), bob: admin('bob') })
    expect(resultOf(await provision(by('ada')), 'web1')?.problem).toMatchObject({ code: 'guard.reverted' })
    expect(await as('ada', 'ada', 'true')).toBe(0)
  })

  test('cannot take away their own right to become root', async () => {
    await provision()
    await describeUsers({ ada: { ...admin('ada'), sudo: false }, bob: admin('bob') })
    const problem = resultOf(await provision(by('ada')), 'web1')?.problem
    expect(problem).toMatchObject({ code: 'guard.reverted' })
    expect(await as('ada', 'ada', 'sudo', '-n', 'true')).toBe(0)
  })

  test('go: locked, their sessions ended, their home kept', async () => {
    await provision()
    const session = as('bob', 'bob', 'sleep', '600')
    await sh('setsid setpriv --reuid bob --regid bob --clear-groups sleep 600 >/dev/null 2>&1 &')
    await expect.poll(() => sh('ps -o comm= -u bob | sort | uniq -c | grep -c sleep'), { timeout: 20_000 }).toBe('1\n')
    await describeUsers({ ada: admin('ada'), bob: { absent: true } })
    expect(deedsOf(await provision(by('ada')), 'web1')).toMatchObject({
      exit: 0,
      changed: ['file:/etc/sudoers.d/50-fettle', 'user:bob'],
    })
    expect(await session).toBe(255)
    expect(await sh('getent passwd bob; ps -o pid= -C sleep; stat -c %n /home/bob/.ssh/authorized_keys')).toBe(
      '/home/bob/.ssh/authorized_keys\n',
    )
    expect(await sh('cat /etc/sudoers.d/50-fettle')).not.toContain('bob')
    expect(deedsOf(await provision(by('ada')), 'web1')).toEqual(nothing)
  })
})

test('whom we come in as goes in two stages: once somebody else has come in', async () => {
  await describeUsers({ ada: admin('ada') })
  await provision()
  await describeUsers({ ada: { absent: true }, bob: admin('bob') })
  const first = await provision(by('ada'))
  expect(deedsOf(first, 'web1')).toMatchObject({ exit: 0 })
  expect(first.stdout).toContain('set ansible_user to bob, then run again to remove ada')
  expect([await as('ada', 'ada', 'sudo', '-n', 'true'), await as('bob', 'bob', 'sudo', '-n', 'true')]).toEqual([0, 0])
  expect(deedsOf(await provision(by('ada')), 'web1')).toEqual(nothing)
  const second = deedsOf(await provision(by('bob')), 'web1')
  expect(second).toMatchObject({ exit: 0, changed: ['file:/etc/sudoers.d/50-fettle', 'user:ada'] })
  expect([await as('ada', 'ada', 'true'), await sh('getent passwd ada')]).toEqual([255, ''])
  expect(deedsOf(await provision(by('bob')), 'web1')).toEqual(nothing)
})

describe('is refused before anything starts:', () => {
  let before: Snapshot

  beforeAll(async () => {
    await describeUsers({ ada: admin('ada') })
    await provision()
    before = await snapshot(host())
  })

  test.each([
    ['to remove whom we come in as, and nobody else can', 'ada', () => ({ ada: { absent: true } }), /removes ada/],
    ['to leave them no key', 'ada', () => ({ ada: { sudo: true } }), /ada has no key/],
  ])('%s', async (_, user, users, words) => {
    await describeUsers(users())
    const { exit, stdout, stderr } = await provision(by(user))
    expect({ exit, told: stdout + stderr }).toEqual({ exit: 1, told: expect.stringMatching(words) })
    expect(await snapshot(host())).toEqual(before)
  })
})
