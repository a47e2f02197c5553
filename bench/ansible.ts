import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seconds } from './measure.ts'
import { type Login, root, sudoAll } from './site.ts'

/** Ansible at its best: pipelining, connections kept open, as many forks as hosts. */
export interface Ansible {
  play(...args: readonly string[]): Promise<number>
  /** Unpacks an archive of this machine on all hosts. */
  unarchive(file: string): Promise<number>
  close(): Promise<void>
}

export const openAnsible = async (logins: readonly Login[]): Promise<Ansible> => {
  // Its modules are Python, which Fettle's hosts need not have.
  await sudoAll(logins, 'apt-get -qq install -y --no-install-recommends python3-minimal python3-apt >/dev/null 2>&1')
  const folder = await mkdtemp(join(tmpdir(), 'fettle-bench-'))
  const inventory = join(folder, 'inventory.ini')
  await writeFile(inventory, logins.map(inventoryLine).join('\n'))
  const env = { ANSIBLE_CONFIG: join(root, 'bench/ansible/ansible.cfg'), ANSIBLE_SSH_CONTROL_PATH_DIR: folder }
  return {
    play: (...args) =>
      seconds('ansible-playbook', ['-i', inventory, join(root, 'bench/ansible/playbook.yml'), ...args], { env }),
    unarchive: (file) => {
      const module = `src=${file} dest=/srv/big`
      return seconds('ansible', ['all', '-i', inventory, '--become', '-m', 'unarchive', '-a', module], { env })
    },
    close: () => rm(folder, { recursive: true }),
  }
}

const inventoryLine = ({ name, address, arguments: args }: Login): string => {
  const value = (flag: string) => args[args.indexOf(flag) + 1]
  const common = args.slice(0, args.indexOf('ControlMaster=no') - 1).join(' ')
  return `${name} ansible_host=${address} ansible_user=${value('-l')} ansible_ssh_private_key_file=${value('-i')} ansible_ssh_common_args='${common}'`
}
