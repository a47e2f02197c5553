import { execFile } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectionOf, type Host, type Inventory, listJson, loadInventory } from '../../engine/inventory/index.ts'

/* Vagrant itself says what it makes of the Vagrantfile. Nothing is downloaded, no machine is started. */

const root = fileURLToPath(new URL('../..', import.meta.url))
const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'fettle-vagrant-')))
afterAll(() => rmSync(scratch, { recursive: true }))

const run = (file: string, ...args: readonly string[]) =>
  promisify(execFile)(file, args, {
    cwd: root,
    env: {
      PATH: '/usr/bin:/bin',
      LC_ALL: 'C.UTF-8',
      HOME: scratch,
      VAGRANT_HOME: join(scratch, 'home'),
      VAGRANT_DOTFILE_PATH: join(scratch, '.vagrant'),
      VAGRANT_CHECKPOINT_DISABLE: '1',
      VAGRANT_DEFAULT_PROVIDER: 'libvirt',
    },
  })

/** Fires what follows `vagrant up` twice, puts a key where Vagrant puts it, and at last destroys the machine on paper. */
const describeMachines = `
require 'json'
require 'vagrant'
environment = Vagrant::Environment.new(ui_class: Vagrant::UI::Silent)
machines = environment.machine_names.to_h do |name|
  machine = environment.machine(name, :libvirt)
  vm = machine.config.vm
  libvirt = vm.get_provider_config(:libvirt)
  triggers = Vagrant::Plugin::V2::Trigger.new(environment, machine.config.trigger, machine, machine.ui)
  2.times { triggers.fire(:up, :after, name.to_s, :action) }
  machine.data_dir.join('private_key').write('')
  link = environment.local_data_path.join('hosts', name.to_s)
  key = link.join('private_key').realpath
  machine.id = 'made'
  machine.id = nil
  [name, {
    box: vm.box,
    hostname: vm.hostname,
    addresses: vm.networks.filter_map { |type, network| network[:ip] if type == :private_network },
    shared: vm.synced_folders.reject { |_, folder| folder[:disabled] }.keys,
    provisioners: vm.provisioners.length,
    ownKey: machine.config.ssh.insert_key,
    libvirt: [libvirt.cpus, libvirt.memory],
    virtualbox: vm.get_provider_config(:virtualbox).customizations.map { |_, command| Integer(command.last) },
    key: key,
    leftovers: link.children,
  }]
end
puts JSON.generate(machines)
`

let inventory: Inventory

beforeAll(async () => {
  inventory = await loadInventory(join(root, 'inventory/vagrant.yml'))
})

test.each([
  ['with the settings of libvirt', []],
  ['for any provider', ['--ignore-provider']],
])('Vagrant finds the Vagrantfile valid %s', async (_, options) => {
  expect((await run('vagrant', 'validate', ...options)).stdout).toContain('Vagrantfile validated successfully')
})

const expectedMachine = (host: Host): object => {
  const { vagrant_box: box, vagrant_cpus: cpus, vagrant_memory: memory } = host.variables
  const key = join(scratch, '.vagrant/machines', host.name, 'libvirt/private_key')
  return {
    box,
    hostname: host.name,
    addresses: [connectionOf(host).address],
    shared: [],
    provisioners: 0,
    ownKey: true,
    libvirt: [cpus, memory],
    virtualbox: [cpus, memory],
    key,
    leftovers: [],
  }
}

test('the machines are the hosts of the inventory, bare, each with a key of its own that is gone with it', async () => {
  const machines: unknown = JSON.parse((await run('ruby', '-e', describeMachines)).stdout)
  const expected = [...inventory.hosts.values()].map((host) => [host.name, expectedMachine(host)])
  expect(machines).toEqual(Object.fromEntries(expected))
})

test('a host has a key and known hosts of its own, in the folder that is linked for it', () => {
  for (const host of inventory.hosts.values()) {
    const { keyFiles, knownHosts, hostKeys, user } = connectionOf(host)
    const folder = `.vagrant/hosts/${host.name}`
    expect({ keyFiles, knownHosts }).toEqual({
      keyFiles: [`${folder}/private_key`],
      knownHosts: [`${folder}/known_hosts`],
    })
    expect({ hostKeys, user }).toEqual({ hostKeys: 'accept-new', user: 'vagrant' })
  }
})

test('the groups and hosts are those of the lab, so that one site.yml fits both', async () => {
  const groups = (each: Inventory): unknown => ({ ...JSON.parse(listJson(each)), _meta: undefined })
  expect(groups(inventory)).toEqual(groups(await loadInventory(join(root, 'inventory/lab.yml'))))
})
