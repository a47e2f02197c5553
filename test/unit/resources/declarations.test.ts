import { expect, test } from 'vitest'
import { FettleError } from '../../../engine/core/error.ts'
import { secretOf } from '../../../engine/core/secret.ts'
import * as r from '../../../engine/resources/index.ts'

const source = { name: 'a', uris: ['https://a.example'], suites: ['stable'], components: ['main'], signedBy: '/k.gpg' }

const refused: readonly [what: string, declare: () => unknown, words: string][] = [
  ['a package name with an option', () => r.apt.installed({ name: '--purge' }), 'not the name of a package'],
  ['a package name that means removal', () => r.apt.installed({ name: 'nginx-' }), 'not the name of a package'],
  ['a pattern for a package', () => r.apt.absent({ name: 'nginx*' }), 'not the name of a package'],
  ['a version with a blank', () => r.apt.installed({ name: 'nginx', version: '1 2' }), 'not a version'],
  ['a source that injects a line', () => r.aptSource.present({ ...source, suites: ['a\nTrusted: yes'] }), 'one word'],
  ['a source without a suite', () => r.aptSource.present({ ...source, suites: [] }), 'at least one URI'],
  ['a source without components', () => r.aptSource.present({ ...source, components: [] }), 'needs components'],
  ['a source named like a path', () => r.aptSource.present({ ...source, name: '../a' }), 'not a name'],
  ['a source without a key', () => r.aptSource.present({ ...source, signedBy: undefined } as never), 'needs a key'],
  [
    'a key that is none',
    () => r.aptSource.present({ ...source, signedBy: undefined, key: 'hello' } as never),
    'not an OpenPGP public key',
  ],
  [
    'a secret that everybody may read',
    () => r.file.present({ path: '/srv/a', content: secretOf('hunter22'), mode: '644' }),
    'has secret content, and mode 0644 lets everybody read it',
  ],
  [
    'a file that a secret was lost in',
    () => r.file.present({ path: '/srv/a', content: `password ${secretOf('hunter22')}` }),
    'made of a secret as if it were text',
  ],
  [
    'a command that a secret was lost in',
    () => r.command.run({ name: 'x', script: `echo ${secretOf('hunter22')}`, creates: '/a' }),
    'made of a secret as if it were text',
  ],
  ['a unit with a secret', () => r.unit.present({ name: 'a.service', content: secretOf('hunter22') }), 'shows units'],
  [
    'a drop-in with a secret',
    () => r.dropIn.present({ unit: 'a', name: 'b', content: secretOf('hunter22') }),
    'shows units',
  ],
  ['a relative path', () => r.directory.present({ path: 'srv/app' }), 'not an absolute, plain path'],
  ['a path that climbs', () => r.directory.absent({ path: '/srv/../etc' }), 'not an absolute, plain path'],
  ['a path with a slash at the end', () => r.symlink.present({ path: '/srv/', target: 'x' }), 'plain path'],
  ['a link to two lines', () => r.symlink.present({ path: '/srv/a', target: 'x\ny' }), 'line break'],
  ['a mode in letters', () => r.directory.present({ path: '/srv/a', mode: 'u+x' }), 'not a mode'],
  ['a user name with a colon', () => r.user.present({ name: 'a:b' }), 'not a name'],
  ['a user name that is a number', () => r.user.present({ name: '1000' }), 'not a name'],
  ['a comment with a colon', () => r.user.present({ name: 'a', comment: 'x:0:0' }), 'colon'],
  ['a group name that is an option', () => r.group.present({ name: '-g' }), 'not a name'],
  ['a private key', () => r.authorizedKeys.present({ user: 'a', keys: ['-----BEGIN OPENSSH'] }), 'not a public key'],
  [
    'two keys in one',
    () => r.authorizedKeys.present({ user: 'a', keys: ['ssh-rsa AAAA\nssh-rsa BBBB'] }),
    'public key',
  ],
  ['a unit with a pattern', () => r.service.running({ unit: 'nginx*' }), 'not the name of a unit'],
  ['a unit with a slash', () => r.unit.present({ name: '../x.service', content: '' }), 'not the name of a unit'],
  ['a drop-in with a slash', () => r.dropIn.present({ unit: 'a', name: '../x', content: '' }), 'not a name'],
  ['a timer without a time', () => r.timer.present({ name: 'a', calendar: [] }), 'has no time'],
  ['a timer that injects a line', () => r.timer.present({ name: 'a', calendar: 'daily\nUnit=x' }), 'line break'],
  ['a kernel setting that climbs', () => r.sysctl.set({ key: '../../etc/passwd', value: 1 }), 'kernel setting'],
  ['a kernel value of two lines', () => r.sysctl.set({ key: 'a.b', value: '1\nc.d = 2' }), 'line break'],
  ['a host name in capitals', () => r.hostname.set({ name: 'Web1' }), 'not a host name'],
  ['a time zone that climbs', () => r.timezone.set({ name: '../../../etc/passwd' }), 'not a time zone'],
  [
    'a bare command',
    () =>
      // @ts-expect-error It would run every time.
      r.command.run({ name: 'x', script: 'true' }),
    'neither or both',
  ],
  [
    'a command with both',
    () =>
      // @ts-expect-error Which of the two holds?
      r.command.run({ name: 'x', script: 'true', creates: '/a', unless: 'b' }),
    'neither or both',
  ],
  ['a command that makes a relative path', () => r.command.run({ name: 'x', script: '', creates: 'a' }), 'plain path'],
]

test.each(refused)('%s is refused', (_, declare, words) => {
  expect(declare).toThrow(FettleError)
  expect(declare).toThrow(words)
  try {
    declare()
  } catch (error) {
    expect(error).toMatchObject({ code: 'resource.invalid' })
  }
})

const accepted = [
  'apt:g++',
  'apt:libc6:i386',
  'authorized-keys:ada',
  'service:nginx.service',
  'service:app@1.service',
  'sysctl:net.ipv4.conf.eth0/100.forwarding',
  'timer:backup.timer',
  'unit:app@.service',
  'drop-in:nginx.service/limits',
]

test('odd but good ones are keys', () => {
  const declared = [
    r.apt.installed({ name: 'g++', version: '4:12.2.0-3+b1~x' }),
    r.apt.absent({ name: 'libc6:i386' }),
    r.authorizedKeys.present({ user: 'ada', keys: ['command="a \\" b",no-pty sk-ssh-ed25519@openssh.com AAAA= x y'] }),
    r.service.running({ unit: 'nginx' }),
    r.service.stopped({ unit: 'app@1' }),
    r.sysctl.set({ key: 'net.ipv4.conf.eth0/100.forwarding', value: 1 }),
    r.timer.absent({ name: 'backup' }),
    r.unit.absent({ name: 'app@' }),
    r.dropIn.absent({ unit: 'nginx', name: 'limits' }),
  ]
  expect(declared.map((each) => each.key)).toEqual(accepted)
})
