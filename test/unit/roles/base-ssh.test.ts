import { describe, expect, test } from 'vitest'
import type { Arrival } from '../../../engine/core/host.ts'
import { algorithmsFor } from '../../../engine/transport/ssh/algorithms.ts'
import { directives, portsOf, sshdValidator, sshNotices, weak } from '../../../roles/base/ssh.ts'
import { SshSettings } from '../../../roles/base/ssh-settings.ts'

const settings = (said: object = {}) => SshSettings.parse(said)
const from = (change: Partial<Arrival> = {}): Arrival => ({ from: '192.0.2.9', port: 22, user: 'ada', ...change })
const lines = (said: object = {}, arrival: Arrival | null = from()) =>
  Object.fromEntries(directives(settings(said), arrival).map(({ keyword, value }) => [keyword, value]))

describe('the algorithms that are taken away', () => {
  const { kex, cipher, hmac, serverHostKey } = algorithmsFor([])
  const lists = {
    KexAlgorithms: kex,
    Ciphers: cipher,
    MACs: hmac,
    HostKeyAlgorithms: serverHostKey,
    PubkeyAcceptedAlgorithms: serverHostKey,
  }
  const isTaken = (keyword: string, name: string) =>
    (weak[keyword] ?? []).some((pattern) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name))
  const left = (keyword: keyof typeof lists) =>
    (lists[keyword] as readonly string[]).filter((name) => !isTaken(keyword, name))

  test('are of kinds that Fettle knows, and of each kind leave it what it likes best', () => {
    expect(Object.keys(weak).sort()).toEqual(Object.keys(lists).sort())
    for (const [keyword, offered] of Object.entries(lists))
      expect(left(keyword as keyof typeof lists)[0]).toBe((offered as readonly string[])[0])
  })

  test('leave it what every release has', () => {
    expect(left('KexAlgorithms')).toContain('curve25519-sha256')
    expect(left('Ciphers')).toEqual(cipher)
    expect(left('MACs')).toEqual(['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com'])
  })

  test('leave every key that a host may be known by, and every key of a user', () => {
    expect(left('HostKeyAlgorithms')).toEqual(serverHostKey)
    expect(left('PubkeyAcceptedAlgorithms')).toEqual(serverHostKey)
  })
})

describe('a control', () => {
  test('is on where nothing is said', () => {
    expect(lines()).toMatchObject({
      PasswordAuthentication: 'no',
      KbdInteractiveAuthentication: 'no',
      PermitRootLogin: 'no',
      AllowTcpForwarding: 'local',
      AllowAgentForwarding: 'no',
      X11Forwarding: 'no',
      MaxSessions: '10',
      LoginGraceTime: '30',
    })
    expect(lines()).not.toHaveProperty('Port')
  })

  test.each([
    [{ keysOnly: false }, ['PubkeyAuthentication', 'PasswordAuthentication', 'KbdInteractiveAuthentication']],
    [{ rootLogin: 'distribution' }, ['PermitRootLogin']],
    [{ algorithms: 'distribution' }, Object.keys(weak)],
    [{ limits: { authTries: null, startups: null } }, ['MaxAuthTries', 'MaxStartups']],
    [{ tcpForwarding: 'distribution' }, ['AllowTcpForwarding']],
    [{ agentForwarding: null, x11Forwarding: null }, ['AllowAgentForwarding', 'X11Forwarding']],
    [{ banner: true }, ['DebianBanner']],
  ])('%j leaves it to the distribution', (said, gone) => {
    const [all, rest] = [lines(), lines(said)]
    expect(Object.keys(all).filter((keyword) => !(keyword in rest))).toEqual(expect.arrayContaining(gone))
    for (const keyword of gone) expect(all).toHaveProperty(keyword)
  })

  test('that Fettle needs has a bound', () => {
    expect(() => settings({ limits: { sessions: 9 } })).toThrow()
    expect(() => settings({ limits: { loginGrace: 5 } })).toThrow()
    expect(() => settings({ limits: { startups: '1:30:10' } })).toThrow()
  })
})

test('root goes on to log in with keys, unless Fettle is seen to log in as somebody else', () => {
  expect(lines({}, null).PermitRootLogin).toBe('prohibit-password')
  expect(lines({}, from({ user: 'root' })).PermitRootLogin).toBe('prohibit-password')
  expect(lines({ rootLogin: 'no' }, from({ user: 'root' })).PermitRootLogin).toBe('no')
})

describe('a port', () => {
  test.each([
    ['stays as it is where none is said', {}, from({ port: 2222 }), []],
    ['is joined by the new one, first', { port: 2222 }, from(), [2222, 22]],
    ['is left once we come through the new one', { port: 2222 }, from({ port: 2222 }), [2222]],
    ['is the only one where we come from nowhere', { port: 2222 }, null, [2222]],
  ])('%s', (_, said, arrival, expected) => {
    expect(portsOf(settings(said), arrival)).toEqual(expected)
  })

  test('that moves is told of, until the old one is closed', () => {
    expect(sshNotices(settings({ port: 2222 }), from())).toEqual([
      'sshd moves from port 22 to 2222 and listens on both: set ansible_port to 2222, then run again to close 22',
    ])
    expect(sshNotices(settings({ port: 2222 }), from({ port: 2222 }))).toEqual([])
    expect(sshNotices(settings(), from())).toEqual([])
  })
})

test('the judge expects what is set, in the words of sshd -T, and nothing that a release might not say', () => {
  const { script } = sshdValidator(settings({ rootLogin: 'prohibit-password' }), from())
  expect(script).toContain('\npermitrootlogin prohibit-password\n')
  expect(script).toContain('\nmaxstartups 60:30:120\n')
  expect(script).not.toMatch(/^(debianbanner|kexalgorithms|port) /m)
})
