import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { quote } from '../../engine/core/shell.ts'
import { lynis, tell, unexplainedIn } from '../lab/hardening/lynis.ts'
import { audited, inState, siteYml, strict } from '../lab/hardening/support.ts'
import { does } from '../lab/support/does.ts'
import { type Site, useSite } from '../lab/support/site.ts'
import { expectDone } from '../lab/support/told.ts'
import { auditRules, audited as deeds, modules, refused, sysctls } from './expected.ts'
import { startVm, type VirtualMachine } from './machine.ts'
import { network } from './outward.ts'

/** What belongs to the machine: on practice hosts it is not tried, so that a virtual machine has to show it. */
describe.each(['bookworm', 'trixie'])('%s', (release) => {
  let vm: VirtualMachine
  let site: Site
  const says = (script: string) => does(vm.host, script)
  const all = Object.values(modules).flat()
  /** Modules that this kernel has, and a disk that was plugged in. */
  let before: { readonly modules: readonly string[]; readonly disks: string }

  beforeAll(async () => {
    vm = await startVm(release)
    before = {
      modules: (await says(`for each in ${all.join(' ')}; do modprobe -nq $each && echo $each; done; :`)).split('\n'),
      disks: await says('cd /sys/block && ls -d sd*'),
    }
    site = await useSite({
      siteYml: siteYml({ usbStorage: false }, strict),
      hosts: { web: [vm.host] },
      variables: {
        ...{ ansible_port: vm.port, fettle_management: [`${network.router}/32`] },
        // An emulated processor takes minutes for what is guarded.
        fettle_confirm_timeout: 900,
      },
    })
    expectDone(await site.fettle('provision', '--yes'))
  })
  afterAll(() => vm?.stop())

  test('without the role nothing would be refused', () => {
    expect(before.modules).toEqual(expect.arrayContaining(['cramfs', 'hfs', 'jffs2', 'rds', 'sctp', 'tipc', 'uas']))
    expect(before.disks).toBe('sda')
  })

  const holds = () => {
    test('no unit has failed', async () => {
      expect(await says('systemctl list-units --failed --plain --no-legend')).toBe('')
    })

    test('auditd runs, and the kernel has all rules', async () => {
      expect(await says('systemctl is-active auditd')).toBe('active')
      expect((await says('auditctl -l')).split('\n').sort()).toEqual([...auditRules].sort())
      expect(await says('auditctl -s')).toMatch(/^enabled 1$/m)
    })

    test.each(deeds)('what an operator does is written down with his name: %s', async (key, script) => {
      const said = async () =>
        (await vm.host.sh(`ausearch --interpret --key fettle-${key} 2>/dev/null`)).stdout
          .split('\n')
          .filter((line) => line.includes('auid=operator') && line.includes(`key=fettle-${key}`)).length
      const earlier = await said()
      await says(script)
      await expect.poll(said, { timeout: 120_000 }).toBeGreaterThan(earlier)
    })

    test('each setting of the kernel has its value, and none is forgotten here', async () => {
      const keys = Object.keys(sysctls)
      const files = keys.map((key) => `/proc/sys/${key.replaceAll('.', '/')}`)
      expect((await says(`cat ${files.join(' ')}`)).split('\n')).toEqual(Object.values(sysctls))
      const described = await says('cd /etc/sysctl.d && ls zz-dev.* zz-fs.* zz-kernel.* zz-net.core.*')
      expect(described.split('\n')).toEqual(keys.map((key) => `zz-${key}.conf`))
    })

    test.each(refused)('others than root do not come by: %s', async (_, script) => {
      const other = (user: string) => vm.host.sh(`runuser -u ${user} -- sh -c ${quote(script)}`)
      expect((await other('nobody')).exit).not.toBe(0)
    })

    test('fettle plan has nothing to do, and fettle audit finds all in place', async () => {
      const plan = await site.fettle('plan')
      expect([plan.exit, plan.exit === 0 ? '' : plan.stdout + plan.stderr]).toEqual([0, ''])
      const { exit, found } = await audited(site)
      const of = (state: string) => inState(found(vm.host.name), state)
      expect([exit, of('not in place'), of('belongs to the machine'), of('excepted')]).toEqual([
        0,
        [],
        [],
        ['services-off'],
      ])
      expect(of('in place')).toEqual(expect.arrayContaining(['audit-log', 'time', ...Object.keys(modules)]))
    })
  }

  describe('as provisioned', holds)

  describe('after a reboot', () => {
    beforeAll(() => vm.reboot())
    holds()

    test('no module of those can be loaded', async () => {
      const loaded = await says(`for each in ${all.join(' ')}; do modprobe $each 2>&1 && echo $each; done; :`)
      expect(loaded).not.toMatch(/^[\w-]+$/m)
      const names = all.map((name) => name.replaceAll('-', '_'))
      expect(await says(`grep -E '^(${names.join('|')}) ' /proc/modules || echo none`)).toBe('none')
    })

    test('the disk that is plugged in is no disk', async () => {
      expect(await says('ls /sys/block')).not.toMatch(/^sd/m)
      expect(await says('cat /sys/bus/usb/devices/*/bInterfaceClass')).toContain('08')
    })
  })

  test('Lynis, with all its tests, has an index of at least 85, and what it still says is explained', async () => {
    // The first night takes the list of files.
    await says('systemctl start fettle-integrity.service')
    const findings = await lynis(vm.host)
    tell(release, findings)
    expect(await unexplainedIn(findings)).toEqual([])
    expect(findings.index).toBeGreaterThanOrEqual(85)
  })
})
