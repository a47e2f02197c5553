import { beforeEach, describe, expect, test } from 'vitest'
import { reboot } from '../../../engine/lab/index.ts'
import { usePracticeHosts } from '../harness.ts'
import { useSite } from '../support/site.ts'
import { resultOf } from '../support/told.ts'

const lab = usePracticeHosts(['web1'])
const host = () => lab.host('web1')
const sh = async (script: string) => (await host().sh(script)).stdout
const provision = ['provision', '--yes', '--json']

/** No role of these asks for a guard. */
const siteWith = (pieces: object, seconds = 20) =>
  useSite({
    siteYml: JSON.stringify({ name: 'way-in', groups: { web: { pieces } } }),
    hosts: { web: [host()] },
    variables: { fettle_confirm_timeout: seconds },
  })

const isOpen = async (): Promise<boolean> => (await host().sh('true')).exit === 0
const network = '/etc/systemd/network/10-host0.network'
const elsewhere = '[Match]\nName=host0\n\n[Network]\nAddress=192.0.2.7/24\nLinkLocalAddressing=no\n'
const moved = { files: { [network]: { content: elsewhere, restarts: ['systemd-networkd.service'] } } }
const pam = '/etc/pam.d/sshd'
const denied = { files: { [pam]: { content: 'auth required pam_deny.so\naccount required pam_deny.so\n' } } }

beforeEach(() => lab.reset('web1'))

describe.each([
  ['another address in a network file', network, moved],
  ['a PAM file that lets nobody in', pam, denied],
])('%s', (_, path, pieces) => {
  test('is taken back, and the run says so', async () => {
    const before = await sh(`cat ${path}`)
    const told = await (await siteWith(pieces)).fettle(...provision)
    expect([told.exit, resultOf(told, 'web1')?.problem?.code]).toEqual([3, 'guard.reverted'])
    await expect.poll(isOpen, { timeout: 60_000, interval: 500 }).toBe(true)
    expect(await sh(`cat ${path}`)).toBe(before)
    expect(await sh('ip -o -4 addr show host0 | wc -l')).toBe('1\n')
  })

  test('is taken back by a reboot where nobody is left to notice', async () => {
    const before = await sh(`cat ${path}`)
    const site = await siteWith(pieces, 3600)
    const run = site.start(provision, (event) => {
      if (event.type === 'step.done' && event.title === `write ${path}`) run.kill()
    })
    await run.told
    await reboot('web1', lab.options)
    expect(await isOpen()).toBe(true)
    expect(await sh(`cat ${path}`)).toBe(before)
  })
})

test('a network file that leaves the way in is in force, and stays', async () => {
  const before = await sh(`cat ${network}`)
  const added = { content: `${before}Address=192.0.2.7/24\n`, restarts: ['systemd-networkd.service'] }
  expect((await (await siteWith({ files: { [network]: added } })).fettle(...provision)).exit).toBe(0)
  const addresses = () => sh('ip -o -4 addr show host0')
  expect(await addresses()).toContain('192.0.2.7')
  expect(
    (await (await siteWith({ files: { [network]: { ...added, content: before } } })).fettle(...provision)).exit,
  ).toBe(0)
  expect(await addresses()).not.toContain('192.0.2.7')
})

test('what steers packets in the kernel is taken back with the rest', async () => {
  const key = 'net.ipv4.conf.all.rp_filter'
  const read = () => sh(`cat /proc/sys/${key.replaceAll('.', '/')}; ls /etc/sysctl.d/zz-* 2>/dev/null`)
  const before = await read()
  const value = before.startsWith('1') ? '2' : '1'
  const told = await (await siteWith({ ...denied, sysctls: { [key]: value } })).fettle(...provision)
  expect(resultOf(told, 'web1')?.problem?.code).toBe('guard.reverted')
  expect(await read()).toBe(before)
})
