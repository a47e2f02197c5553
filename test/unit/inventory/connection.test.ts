import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { connectionOf, loadInventory } from '../../../engine/inventory/index.ts'
import { folderWith, lineOf, problemsOf } from './folder.ts'

const load = (vars: string) =>
  loadInventory(join(folderWith({ 'hosts.yml': `web:\n  hosts:\n    web1:\n      ${vars}\n` }), 'hosts.yml'))

const connection = async (vars: string) => {
  const host = (await load(vars)).hosts.get('web1')
  return host && connectionOf(host)
}

const plain = { name: 'web1', address: 'web1', transport: 'ssh', become: true, hostKeys: 'strict' }

describe('the way to a host', () => {
  test.each([
    ['', plain],
    ['ansible_host: 10.0.0.1', { ...plain, address: '10.0.0.1' }],
    ['ansible_host: "[fe80::1%eth0]"', { ...plain, address: 'fe80::1%eth0' }],
    ['ansible_ssh_host: old.example', { ...plain, address: 'old.example' }],
    ['ansible_host: ~', plain],
    ['ansible_port: 2222', { ...plain, port: 2222 }],
    ['ansible_port: "2222"', { ...plain, port: 2222 }],
    ['ansible_user: deploy', { ...plain, user: 'deploy' }],
    ['ansible_user: root', { ...plain, user: 'root', become: false }],
    ['{ansible_user: root, ansible_become: yes}', { ...plain, user: 'root' }],
    ['ansible_become: "no"', { ...plain, become: false }],
    ['ansible_connection: local', { ...plain, transport: 'local' }],
    ['ansible_connection: smart', plain],
    ['ansible_ssh_private_key_file: ~/.ssh/lab', { ...plain, keyFiles: [join(homedir(), '.ssh/lab')] }],
    ['ansible_private_key_file: keys/lab', { ...plain, keyFiles: ['keys/lab'] }],
    ['fettle_known_hosts: [/a, ~/b]', { ...plain, knownHosts: ['/a', join(homedir(), 'b')] }],
    ['fettle_host_keys: accept-new', { ...plain, hostKeys: 'accept-new' }],
    ['fettle_connect_timeout: 2.5', { ...plain, connectTimeout: 2500 }],
    ['{ansible_ssh_common_args: -J x, ansible_python_interpreter: /usr/bin/python3, ansible_become_user: root}', plain],
    ['{fettle_addresses: [10.0.0.1, "fd00::1"], fettle_management: [10.0.0.0/8, "::1", "fd00::/8"]}', plain],
    ['fettle_management: 192.0.2.1', plain],
    ['{fettle_lab: true, fettle_lab_release: bookworm, fettle_lab_memory: 1}', plain],
  ])('%s', async (vars, expected) => {
    expect(await connection(vars)).toEqual(expected)
  })

  test.each([
    ['ansible_host: -oProxyCommand=id', '4:21', 'ansible_host must be a host name or an address'],
    ['ansible_host: a b', '4:21', 'ansible_host must be a host name or an address'],
    [
      'ansible_host: "{{ ip }}"',
      '4:21',
      'ansible_host must be a host name or an address (templates in the inventory are not',
    ],
    ['ansible_host: 3', '4:21', 'ansible_host must be a host name or an address'],
    ['ansible_user: -l', '4:21', 'ansible_user must be a user name'],
    ['ansible_user: "a\\nb"', '4:21', 'ansible_user must be a user name'],
    ['ansible_port: 0', '4:21', 'ansible_port must be a port, 1 to 65535'],
    ['ansible_port: many', '4:21', 'ansible_port must be a port, 1 to 65535'],
    ['ansible_become: maybe', '4:23', 'ansible_become must be true or false'],
    ['ansible_become_user: www-data', '4:28', 'ansible_become_user must be root'],
    ['ansible_become_method: su', '4:30', 'ansible_become_method must be sudo'],
    ['ansible_connection: winrm', '4:27', 'ansible_connection must be "ssh" or "local"'],
    ['fettle_host_keys: off', '4:25', 'fettle_host_keys must be "strict" or "accept-new"'],
    ['fettle_known_hosts: [1]', '4:27', 'fettle_known_hosts must be a list of files'],
    ['fettle_connect_timeout: 0', '4:31', 'fettle_connect_timeout must be a number of seconds above 0'],
    ['fettle_addresses: [10.0.0.1/8]', '4:25', 'fettle_addresses must be a list of IP addresses'],
    ['fettle_addresses: web1', '4:25', 'fettle_addresses must be a list of IP addresses'],
    ['fettle_management: [10.0.0.0/33]', '4:26', 'fettle_management must be a list of networks'],
    ['fettle_management: []', '4:26', 'fettle_management must be a list of networks'],
    ['fettle_lab: "yes"', '4:19', 'fettle_lab must be true or false'],
    ['fettle_host_key: strict', '4:7', 'unknown variable "fettle_host_key" (did you mean "fettle_host_keys"?)'],
    ['fettle_environment: [x]', '4:27', 'fettle_environment must be a name'],
    ['ansible_password: hunter2', '4:7', 'ansible_password is a password in plain text (remove it; --ask-become-pass'],
    ['ansible_become_pass: hunter2', '4:7', 'ansible_become_pass is a password in plain text'],
  ])('%s is refused', async (vars, place, expected) => {
    const [problem, ...others] = await problemsOf(() => load(vars))
    expect(others).toEqual([])
    expect(problem && lineOf('', problem)).toContain(`hosts.yml:${place} inventory.invalid: ${expected}`)
    expect(problem?.frame).not.toContain('hunter2')
  })

  test('what is wrong with a group is said once', async () => {
    const text = 'web:\n  vars: {ansible_port: x}\n  hosts: {web[1:3]: }\n'
    expect(await problemsOf(() => loadInventory(join(folderWith({ 'hosts.yml': text }), 'hosts.yml')))).toHaveLength(1)
  })
})

describe('two hosts with one address', () => {
  const load = (hosts: string) =>
    loadInventory(join(folderWith({ 'hosts.yml': `web:\n  hosts:\n${hosts}` }), 'hosts.yml'))

  test.each([
    ['    a: {ansible_host: 10.0.0.1}\n    b: {ansible_host: 10.0.0.1}\n', 'hosts.yml:4:23', '10.0.0.1 port 22'],
    ['    a: {ansible_host: X.example., ansible_port: 22}\n    x.example:\n', 'hosts.yml:4:5', 'x.example port 22'],
  ])('%j', async (hosts, place, address) => {
    const [problem] = await problemsOf(() => load(hosts))
    expect(problem && lineOf('', problem)).toContain(place)
    expect(problem?.message).toMatch(new RegExp(`^hosts "a" and ".*" have the same address, ${address}$`))
    expect(problem?.detail).toMatch(/^"a" has it from .*hosts\.yml:3:23$/)
  })

  test('are fine on two ports, and where nobody connects', async () => {
    await load('    a: {ansible_host: x, ansible_port: 1}\n    b: {ansible_host: x, ansible_port: 2}\n')
    await load(
      '    a: {ansible_host: x, ansible_connection: local}\n    b: {ansible_host: x, ansible_connection: local}\n',
    )
  })
})
