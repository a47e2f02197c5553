import { beforeAll, describe, expect, test } from 'vitest'
import type { PracticeHost } from '../harness.ts'
import { usePracticeHosts } from '../harness.ts'
import { type Site, useSite } from '../support/site.ts'
import { deedsOf, nothing, planOf, resultOf } from '../support/told.ts'

const lab = usePracticeHosts(['web1'])
const host = (): PracticeHost => lab.host('web1')
const sh = async (script: string) => (await host().sh(script)).stdout
const sshd = '/etc/ssh/sshd_config.d/00-fettle.conf'
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB0p8gB0o7vJ0o6Zk0bqFvFfD1M2p5n8Kk3Xr9cZ0aBc ada'

let site: Site

const siteYml = (extra: string, ...users: readonly string[]) =>
  JSON.stringify({
    name: 'undo',
    groups: {
      web: {
        base: {
          packages: [],
          securityUpgrades: { enabled: false },
          users: Object.fromEntries(users.map((name) => [name, { keys: [key], sudo: true }])),
          ssh: { extra },
        },
        counter: { config: extra },
      },
    },
  })

const has = async (extra: string, ...users: readonly string[]) => {
  await site.describe(siteYml(extra, ...users))
  expect(deedsOf(await site.fettle('provision', '--yes', '--json'), 'web1')).toMatchObject({ exit: 0 })
}

const undo = (...args: readonly string[]) => site.fettle('undo', 'web1', ...args)
const counted = () => sh('cat /var/log/counter')
const motd = async () => (await sh("sshd -T | grep '^printmotd'")).trim()

beforeAll(async () => {
  site = await useSite({ siteYml: '', hosts: { web: [host()] }, variables: { fettle_confirm_timeout: 20 } })
  await sh('mkdir /etc/counter; echo theirs >/etc/counter/config; chmod 0640 /etc/counter/config')
  await has('PrintMotd yes', 'ada')
  await has('PrintMotd no', 'ada', 'bob')
})

test('what Fettle replaced is listed by path, newest first, with when, why, how large and how it differs', async () => {
  const { exit, stdout } = await undo()
  expect(exit).toBe(0)
  const lines = stdout.trimEnd().split('\n')
  const of = (path: string) => {
    const from = lines.indexOf(path) + 1
    const to = lines.findIndex((line, at) => at >= from && !line.startsWith(' '))
    return lines.slice(from, to === -1 ? undefined : to)
  }
  const row = (number: number, role: string, rest: string) =>
    expect.stringMatching(
      new RegExp(String.raw`^ +${number}  20\d\d-\S+Z +role ${role} +\d{8}T\d{6}-[0-9a-f]{6} +\d+ B +${rest}$`),
    )
  expect(of(sshd)).toEqual([row(1, 'base', String.raw`\+1 -1 lines`)])
  expect(of('/etc/counter/config')).toEqual([row(2, 'counter', String.raw`\+1 -1 lines`), row(1, 'counter', 'differs')])
  expect(of('/etc/sudoers.d/50-fettle')).toEqual([row(1, 'base', 'differs')])
  expect(stdout).not.toMatch(/ada|bob|theirs|PrintMotd/)
  const [json] = (await undo('--json')).stdout.split('\n').map((line) => line && JSON.parse(line))
  expect(json).toMatchObject({ host: 'web1', number: 1, role: expect.any(String), at: expect.any(Number) })
})

describe('a file is given back', () => {
  test('with its difference shown, its service reloaded, and a record in the journal', async () => {
    const before = await counted()
    const told = await undo('/etc/counter/config', '--yes', '--json')
    expect(deedsOf(told, 'web1')).toEqual({
      ...nothing,
      changed: ['file:/etc/counter/config'],
      reacted: ['reload counter.service'],
    })
    expect(planOf(told, 'web1').changes[0]?.differences).toEqual([
      { what: 'content', from: 'PrintMotd no\n', to: 'PrintMotd yes\n', text: true },
    ])
    expect(await sh('cat /etc/counter/config')).toBe('PrintMotd yes\n')
    expect(await counted()).toBe(`${before}reload\n`)
    expect((await site.journal()).map(({ type }) => type)).toContain('resource.changed')
  })

  test('as it was before Fettle came, owner and mode too', async () => {
    expect((await undo('/etc/counter/config', '--to', '1', '--yes')).exit).toBe(0)
    expect(await sh('cat /etc/counter/config; stat -c %a /etc/counter/config')).toBe('theirs\n640\n')
  })

  test('under a guard, where it could cut the way in', async () => {
    expect(await motd()).toBe('printmotd no')
    const told = await undo(sshd, '--yes', '--json')
    expect(deedsOf(told, 'web1')).toMatchObject({ exit: 0, reacted: ['restart ssh.service'] })
    expect(told.events.flatMap((event) => (event.type === 'step.done' ? [event.title] : []))).toEqual([
      'check the sshd configuration',
      'arm the guard',
      `give back ${sshd} as it was`,
      'restart ssh.service',
    ])
    expect(await motd()).toBe('printmotd yes')
  })

  test('but nothing of what is private is shown', async () => {
    const { exit, stdout, stderr } = await undo('/etc/sudoers.d/50-fettle', '--yes')
    expect({ exit, shown: /ada|bob/.test(stdout + stderr) }).toEqual({ exit: 0, shown: false })
    expect(await sh('cat /etc/sudoers.d/50-fettle')).not.toContain('bob')
  })

  test('and is as described again after the next provision, as is said', async () => {
    expect((await undo(sshd, '--yes')).stderr).toContain('The next provision puts what is described back')
    const told = await site.fettle('provision', '--yes', '--json')
    expect(deedsOf(told, 'web1').changed).toEqual(
      expect.arrayContaining(['file:/etc/counter/config', 'file:/etc/sudoers.d/50-fettle']),
    )
    expect(await motd()).toBe('printmotd no')
    expect(await sh('cat /etc/counter/config')).toBe('PrintMotd no\n')
  })
})

describe('a file is not given back', () => {
  test('that would cut the way in', async () => {
    await sh(`record=$(grep -l 00-fettle /var/lib/fettle/generations/*/1.json) kept=\${record%.json}
was=$(sha256sum <"$kept") && { cat ${sshd}; echo AllowUsers nobody; } >"$kept.new" && cat "$kept.new" >"$kept"
is=$(sha256sum <"$kept") && sed -i "s/\${was%% *}/\${is%% *}/" "$record"`)
    const problem = resultOf(await undo(sshd, '--to', '1', '--yes', '--json'), 'web1')?.problem
    expect(problem).toMatchObject({ code: 'guard.reverted' })
    expect(await sh(`grep -c AllowUsers ${sshd}`)).toBe('0\n')
    expect(await motd()).toBe('printmotd no')
  })

  test('that nobody keeps', async () => {
    const { exit, stdout } = await undo('/etc/counter/confg', '--yes')
    expect({ exit, stdout }).toEqual({
      exit: 3,
      stdout: expect.stringContaining('did you mean "/etc/counter/config"?'),
    })
    const { exit: unknown, stderr } = await site.fettle('undo', 'web2')
    expect({ unknown, stderr }).toEqual({ unknown: 1, stderr: expect.stringContaining('there is no host "web2"') })
  })
})
