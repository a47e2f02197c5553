import { describe, expect, test } from 'vitest'
import type { Control } from '../../../engine/core/hardening.ts'
import type { HostFacts } from '../../../engine/core/host.ts'
import type { Role } from '../../../engine/core/role.ts'
import { loadTemplates } from '../../../engine/templates/templates.ts'
import base from '../../../roles/base/index.ts'
import ufw from '../../../roles/ufw/index.ts'
import { facts, hostView } from '../converge/support/site.ts'
import { bareSite } from '../support/bare-site.ts'
import { noCertificates } from './no-certificates.ts'

const { render } = loadTemplates([new URL('../../../templates', import.meta.url).pathname])
const context = (role: Role, said: object, more: Partial<HostFacts> = {}) => ({
  settings: role.settings.parse(said),
  host: { ...hostView, variables: { fettle_management: ['192.0.2.0/24'] }, facts: { ...facts, ...more } },
  site: {
    ...bareSite,
    listens: () => [{ port: 22, protocol: 'tcp' as const, from: 'controller' as const, why: '', role: '' }],
  },
  render,
  ...noCertificates,
})
const controlsOf = (role: Role, said: object, more: Partial<HostFacts> = {}): readonly Control[] =>
  role.hardening?.(context(role, said, more)) ?? []
const excepted = (role: Role, said: object): Record<string, string> =>
  Object.fromEntries(
    controlsOf(role, said).flatMap(({ name, standing }) =>
      standing.is === 'excepted' ? [[name, standing.reason]] : [],
    ),
  )
const admin = { users: { ada: { sudo: true, keys: ['ssh-ed25519 AAAA'] } } }

describe.each([
  [base, admin],
  [ufw, {}],
] as const)('$name', (role, said) => {
  test('goes by what it describes, where nothing is said against it', () => {
    const keys = role.resources(context(role, said)).map(({ key }) => key)
    for (const { standing } of controlsOf(role, said)) {
      expect(standing.is).toBe('applies')
      expect(keys).toEqual(expect.arrayContaining(standing.is === 'applies' ? [...standing.keys] : []))
    }
  })
})

const ssh = ['ssh-keys-only', 'ssh-root', 'ssh-algorithms', 'ssh-limits', 'ssh-forwarding', 'ssh-version']
const all = (reason: string) => Object.fromEntries(ssh.map((name) => [name, reason]))

test.each<[said: object, excepted: Record<string, string>]>([
  [{}, {}],
  [{ ssh: { enabled: false } }, all('base.ssh.enabled is false')],
  [{ ssh: { keysOnly: false } }, { 'ssh-keys-only': 'base.ssh.keysOnly is false' }],
  [{ ssh: { rootLogin: 'distribution' } }, { 'ssh-root': 'base.ssh.rootLogin is distribution' }],
  [{ ssh: { rootLogin: 'no' } }, {}],
  [{ ssh: { algorithms: 'distribution' } }, { 'ssh-algorithms': 'base.ssh.algorithms is distribution' }],
  [{ ssh: { limits: { sessions: null } } }, { 'ssh-limits': 'base.ssh.limits.sessions is null' }],
  [{ ssh: { tcpForwarding: 'yes' } }, { 'ssh-forwarding': 'base.ssh.tcpForwarding is yes' }],
  [{ ssh: { tcpForwarding: 'distribution' } }, { 'ssh-forwarding': 'base.ssh.tcpForwarding is distribution' }],
  [{ ssh: { tcpForwarding: 'no' } }, {}],
  [{ ssh: { agentForwarding: true } }, { 'ssh-forwarding': 'base.ssh.agentForwarding is true' }],
  [{ ssh: { x11Forwarding: null } }, { 'ssh-forwarding': 'base.ssh.x11Forwarding is null' }],
  [{ ssh: { banner: true } }, { 'ssh-version': 'base.ssh.banner is true' }],
  [{ ...admin, sudo: { usePty: false } }, { 'sudo-terminal': 'base.sudo.usePty is false' }],
  [{ securityUpgrades: { enabled: false } }, { 'security-upgrades': 'base.securityUpgrades.enabled is false' }],
])('base, %j: what is left out says which setting does that', (said, expected) =>
  expect(excepted(base, said)).toEqual(expected),
)

test('ufw: no log', () => expect(excepted(ufw, { logging: 'off' })).toEqual({ 'firewall-log': 'ufw.logging is off' }))

test('base: a container has its machine’s clock, and nobody’s sudo is none', () => {
  const controls = controlsOf(base, {}, { container: true })
  expect(controls.find(({ name }) => name === 'time')?.standing).toEqual({ is: 'machine' })
  expect(controls.map(({ name }) => name)).not.toContain('sudo-terminal')
})
