import { beforeEach, describe, expect, test } from 'vitest'
import { reboot } from '../../../engine/lab/index.ts'
import { report } from '../../faults/support/report.ts'
import { usePracticeHosts } from '../harness.ts'
import { type Site, useSite } from '../support/site.ts'
import { resultOf } from '../support/told.ts'

const lab = usePracticeHosts(['web1'])
const host = () => lab.host('web1')
const provision = ['provision', '--yes', '--json']
const dropIn = '/etc/ssh/sshd_config.d/10-test.conf'

/** A good configuration, as sshd sees it, that lets nobody in. */
const lockOut = { content: 'AllowUsers nobody\n', restarts: ['ssh.service'], guarded: true }
/** A firewall without a way in, beside the one that the host may have. */
const firewall = {
  script: `printf '%s\\n' 'table inet lockout {' 'chain in {' 'type filter hook input priority -10; policy accept;' \\
    'ct state established accept' 'tcp dport 22 drop' '}' '}' | nft -f - && touch /run/lockout`,
  creates: '/run/lockout',
  undo: 'nft delete table inet lockout; rm -f /run/lockout',
}

const siteWith = (pieces: object, variables: object = {}): Promise<Site> =>
  useSite({
    siteYml: JSON.stringify({ name: 'guard', groups: { web: { pieces: { packages: ['nftables'], ...pieces } } } }),
    hosts: { web: [host()] },
    variables: { fettle_confirm_timeout: 20, ...variables },
  })

/** The way in, as anybody else would take it. */
const isOpen = async (): Promise<boolean> => (await host().sh('true')).exit === 0

const isClean = async (): Promise<string> =>
  (
    await host().sh(`
ls ${dropIn} /run/lockout /var/lib/fettle/guard/armed /etc/systemd/system/fettle-guard-boot.service 2>/dev/null
systemctl list-units --no-legend --plain 'fettle-guard*' | cat
sshd -T | grep -i allowusers`)
  ).stdout

beforeEach(() => lab.reset('web1'))

/** Ends a run with a kill when the way in has just been cut, before it can notice. */
const killWhenShut = async (site: Site, shutBy: string): Promise<void> => {
  const run = site.start(provision, (event) => {
    if (event.type === 'step.done' && event.title === shutBy) run.kill()
  })
  await run.told
  expect(await isOpen()).toBe(false)
}

describe.each([
  ['an sshd that lets nobody in', 'restart ssh.service', { files: { [dropIn]: lockOut } }],
  ['a firewall without SSH', 'close the way in', { commands: { 'close the way in': firewall } }],
])('%s', (what, shutBy, pieces) => {
  const row = what.includes('sshd') ? 42 : 41

  test('is taken back, and the run says so', async () => {
    const site = await siteWith(pieces)
    const began = performance.now()
    const told = await site.fettle(...provision)
    expect(told.exit).toBe(3)
    expect(resultOf(told, 'web1')?.problem).toMatchObject({ code: 'guard.reverted' })
    const seconds = (performance.now() - began) / 1000
    expect(seconds).toBeLessThan(120)
    expect(await isOpen()).toBe(true)
    expect(await isClean()).toBe('')
    const again = await site.fettle(...provision)
    expect(resultOf(again, 'web1')?.problem).toMatchObject({ code: 'guard.refused' })
    expect(await isOpen()).toBe(true)
    report({
      row,
      injected: what,
      expected: 'restored within 120 s',
      measured: { seen: `reverted after ${seconds.toFixed(1)} s; not tried again unattended` },
    })
  })

  test('is taken back by the host where nobody is left to notice', async () => {
    const site = await siteWith(pieces)
    await killWhenShut(site, shutBy)
    await expect.poll(isOpen, { timeout: 60_000, interval: 500 }).toBe(true)
    expect(await isClean()).toBe('')
    report({
      row,
      injected: `${what}, and kill -9 of the controller`,
      expected: 'restored by the host itself',
      measured: { seen: 'open again when its time of 20 s was up' },
    })
  })

  test('is taken back by a reboot before its time is up', async () => {
    const site = await siteWith(pieces, { fettle_confirm_timeout: 3600 })
    await killWhenShut(site, shutBy)
    await reboot('web1', lab.options)
    expect(await isOpen()).toBe(true)
    expect(await isClean()).toBe('')
    report({
      row,
      injected: `${what}, and a reboot before its time was up`,
      expected: 'restored at boot',
      measured: { seen: 'open again with the first log-in' },
    })
  })
})

test('a change that leaves the way in as it was is confirmed, and stays', async () => {
  const site = await siteWith({ files: { [dropIn]: { ...lockOut, content: 'MaxAuthTries 5\n' } } })
  expect(resultOf(await site.fettle(...provision), 'web1')?.problem).toBeUndefined()
  expect((await host().sh('sshd -T | grep -i maxauthtries')).stdout).toBe('maxauthtries 5\n')
  expect((await host().sh('ls /var/lib/fettle/guard; systemctl is-active fettle-guard.timer')).stdout).toBe(
    'inactive\n',
  )
  expect((await site.fettle(...provision)).exit).toBe(0)
})
