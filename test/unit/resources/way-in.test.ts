import { describe, expect, test } from 'vitest'
import type { Declaration } from '../../../engine/core/resource.ts'
import { dropIn } from '../../../engine/resources/drop-in.ts'
import { file } from '../../../engine/resources/file.ts'
import { symlink } from '../../../engine/resources/symlink.ts'
import { unit } from '../../../engine/resources/unit.ts'
import { guardOf } from '../../../engine/resources/way-in.ts'

describe('changing it could cut the way in:', () => {
  test.each([
    '/etc/ssh/sshd_config',
    '/etc/ssh/sshd_config.d/10-mine.conf',
    '/etc/sudoers.d/deploy',
    '/etc/pam.d/sshd',
    '/etc/security/access.conf',
    '/etc/netplan/50-cloud-init.yaml',
    '/etc/network/interfaces.d/eth0',
    '/etc/systemd/network/10-host0.network',
    '/etc/systemd/system/ssh.socket.d/port.conf',
    '/etc/nftables.conf',
    '/home/deploy/.ssh/authorized_keys',
  ])('%s', (path) => {
    expect(guardOf(path)).toBeDefined()
  })

  test.each([
    '/etc/ssh/ssh_config',
    '/etc/ssh/sshd_config.dpkg-old',
    '/etc/sudo.conf',
    '/etc/pam.d-backup/sshd',
    '/etc/nginx/nginx.conf',
    '/etc/systemd/system/shop.service',
    '/srv/etc/pam.d/sshd',
  ])('not %s', (path) => {
    expect(guardOf(path)).toBeUndefined()
  })
})

describe('a guard nobody asked for:', () => {
  test.each<[string, Declaration]>([
    ['a file', file.present({ path: '/etc/pam.d/sshd', content: '' })],
    ['a file to begin with', file.seeded({ path: '/etc/pam.d/sshd', content: '' })],
    ['no file', file.absent({ path: '/etc/sudoers.d/deploy' })],
    ['a link', symlink.present({ path: '/etc/nologin', target: '/dev/null' })],
    ['no link', symlink.absent({ path: '/etc/nologin' })],
    ['a drop-in', dropIn.present({ unit: 'ssh.service', name: 'mine', content: '' })],
    ['a unit', unit.present({ name: 'ssh.socket', content: '' })],
  ])('%s', (_, { attachments }) => {
    expect(attachments.guard).toEqual({})
  })

  test('which waits until the network stands still', () => {
    const { attachments } = file.absent({ path: '/etc/netplan/50-cloud-init.yaml' })
    expect(attachments.guard).toEqual({ network: true })
  })

  test('the one that is asked for stays', () => {
    const { attachments } = file.present({ path: '/etc/ssh/sshd_config', content: '', guard: { port: 2222 } })
    expect(attachments.guard).toEqual({ port: 2222 })
  })

  test('none for other files', () => {
    expect(file.present({ path: '/etc/motd', content: '' }).attachments.guard).toBeUndefined()
  })
})
