import { describe, expect, test } from 'vitest'
import { readHost } from '../../../../engine/rollout/patch/read-host.ts'

/** One line: `libc6 2.36 -> 2.37`, with `!` for a security fix. */
const upgradesIn = (output: string): readonly string[] =>
  readHost(output).upgrades.map(({ name, from, to, security }) => `${security ? '!' : ''}${name} ${from} -> ${to}`)

describe('what apt would upgrade', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'Debian 12',
      `Inst base-files [12.4+deb12u11] (12.4+deb12u15 Debian:12.15/oldstable [amd64])
Inst libgcrypt20-dev [1.10.1-3] (1.10.1-3+deb12u1 Debian:12.15/oldstable, Debian-Security:12/oldstable-security [amd64]) []
Inst liblzma5 [5.4.1-1] (5.4.1-1+deb12u2 Debian-Security:12/oldstable-security [amd64])
Inst libglib2.0-data [2.74.6-2+deb12u8] (2.74.6-2+deb12u9 Debian:12.15/oldstable [all])
Inst libperl5.36 [5.36.0-7+deb12u2] (5.36.0-7+deb12u4 Debian-Security:12/oldstable-security [amd64]) [perl:amd64 ]`,
      [
        'base-files 12.4+deb12u11 -> 12.4+deb12u15',
        '!libgcrypt20-dev 1.10.1-3 -> 1.10.1-3+deb12u1',
        '!liblzma5 5.4.1-1 -> 5.4.1-1+deb12u2',
        'libglib2.0-data 2.74.6-2+deb12u8 -> 2.74.6-2+deb12u9',
        '!libperl5.36 5.36.0-7+deb12u2 -> 5.36.0-7+deb12u4',
      ],
    ],
    [
      'Debian 13',
      `Inst bash-completion (1:2.16.0-7 Debian:13.8/stable [all])
Inst bind9-libs (1:9.20.30-1~deb13u1 Debian:13.8/stable, Debian-Security:13/stable-security [amd64])
Inst libxml2 (2.12.7+dfsg+really2.9.14-2.1+deb13u3 Debian:13.8/stable [amd64])`,
      [
        'bash-completion null -> 1:2.16.0-7',
        '!bind9-libs null -> 1:9.20.30-1~deb13u1',
        'libxml2 null -> 2.12.7+dfsg+really2.9.14-2.1+deb13u3',
      ],
    ],
    [
      'Ubuntu 22.04, with a kernel that comes along and another architecture',
      `Inst linux-image-5.15.0-86-generic (5.15.0-86.96 Ubuntu:22.04/jammy-updates, Ubuntu:22.04/jammy-security [amd64])
Inst linux-generic [5.15.0.69.67] (5.15.0.86.83 Ubuntu:22.04/jammy-updates, Ubuntu:22.04/jammy-security [amd64])
Inst bsdutils [1:2.37.2-4ubuntu3.4] (1:2.37.2-4ubuntu3.5 Ubuntu:22.04/jammy-updates, Ubuntu:22.04/jammy-security [amd64])
Inst distro-info-data [0.52ubuntu0.9] (0.52ubuntu0.10 Ubuntu:22.04/jammy-updates [all])
Inst libldap-2.4-2:i386 [2.4.49+dfsg-2ubuntu1.7] (2.4.49+dfsg-2ubuntu1.8 Ubuntu:20.04/focal-updates [i386])`,
      [
        '!linux-image-5.15.0-86-generic null -> 5.15.0-86.96',
        '!linux-generic 5.15.0.69.67 -> 5.15.0.86.83',
        '!bsdutils 1:2.37.2-4ubuntu3.4 -> 1:2.37.2-4ubuntu3.5',
        'distro-info-data 0.52ubuntu0.9 -> 0.52ubuntu0.10',
        'libldap-2.4-2:i386 2.4.49+dfsg-2ubuntu1.7 -> 2.4.49+dfsg-2ubuntu1.8',
      ],
    ],
    [
      'a name is no origin',
      'Inst libspring-security-core-java [1] (2 Debian:12/stable [all])',
      ['libspring-security-core-java 1 -> 2'],
    ],
    ['nothing', '', []],
  ])('%s', (_, output, upgrades) => {
    expect(upgradesIn(output)).toEqual(upgrades)
  })
})

describe('whether it wants to be rebooted', () => {
  const kernels = (...names: string[]) => names.map((name) => `kernel ${name}`).join('\n')
  test.each<[string, string, readonly string[]]>([
    [
      'the newest kernel runs',
      `running 6.1.0-28-amd64 6.1.119-1\nbuilt #1 SMP Debian 6.1.119-1 (2024-11-22)\n${kernels('6.1.0-9-amd64', '6.1.0-28-amd64')}`,
      [],
    ],
    [
      'there is a newer one',
      `running 6.1.0-9-amd64 6.1.27-1\n${kernels('6.1.0-28-amd64', '6.1.0-9-amd64')}`,
      ['kernel 6.1.0-28-amd64 instead of 6.1.0-9-amd64'],
    ],
    [
      'by the way of Debian 13',
      `running 6.12.41+deb13-amd64 \n${kernels('6.12.41+deb13-amd64', '6.12.43+deb13-amd64')}`,
      ['kernel 6.12.43+deb13-amd64 instead of 6.12.41+deb13-amd64'],
    ],
    [
      'a newer one of another kind',
      `running 5.15.0-130-generic \n${kernels('5.15.0-130-generic', '6.8.0-50-lowlatency')}`,
      [],
    ],
    ['of the cloud', `running 6.1.0-28-cloud-amd64 \n${kernels('6.1.0-28-cloud-amd64', '6.1.0-30-amd64')}`, []],
    [
      'its own has been replaced',
      'running 6.1.0-28-amd64 6.1.124-1\nbuilt #1 SMP Debian 6.1.119-1 (2024-11-22)\nkernel 6.1.0-28-amd64',
      ['kernel 6.1.0-28-amd64 as of 6.1.124-1 instead of 6.1.119-1'],
    ],
    ['one of nobody’s package', 'running 6.18.44-own 1\nbuilt #1 SMP PREEMPT_DYNAMIC', []],
    ['a kernel without a name of its kind', `running 6.18.44 \n${kernels('6.1.0-28-amd64')}`, []],
    ['in a container', 'container yes', []],
    ['packages ask for it', 'container yes\nwanted libc6 linux-base ', ['for libc6, linux-base']],
    ['somebody asks for it', 'wanted ', ['the host says so']],
  ])('%s', (_, output, reasons) => {
    expect(readHost(output).reboot).toEqual(reasons)
  })
})

describe('services that use what was replaced', () => {
  const list = `needrestart yes
service Services to be restarted:
service  systemctl restart cron.service
service  systemctl restart ssh.service
service  /etc/needrestart/restart.d/systemd-manager
service Service restarts being deferred:
service  /etc/needrestart/restart.d/dbus.service
service  systemctl restart systemd-logind.service
service  systemctl restart user@1000.service
service No containers need to be restarted.
service  systemctl restart of-no-section.service`

  test('those to restart, and those that are left to a reboot', () => {
    const { stale, deferred } = readHost(list)
    expect(stale).toEqual(['cron.service', 'ssh.service', 'systemd-manager'])
    expect(deferred).toEqual(['dbus.service', 'systemd-logind.service', 'user@1000.service'])
  })

  test('none, and nobody who knows', () => {
    expect(readHost('needrestart yes\nservice No services need to be restarted.').stale).toEqual([])
    expect(readHost('boot b\n').stale).toBeNull()
  })
})

test('everything else that a host says', () => {
  expect(
    readHost(
      'boot 503a9597\ncontainer yes\nunfinished yes\nbegun yes\nfailed old.service\nout 3000\nout 3001\nout 3000\n',
    ),
  ).toEqual({
    bootId: '503a9597',
    container: true,
    upgrades: [],
    unfinished: true,
    stale: null,
    deferred: [],
    reboot: [],
    begun: true,
    failed: ['old.service'],
    out: [3000, 3001],
  })
})
