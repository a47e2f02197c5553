import { bridgeAddress, keyFile, knownHostsFile, loadState } from './state.ts'

/** What an inventory must say to reach each practice host, for Fettle and for Ansible. Empty where there is no lab. */
export const variables = async (stateDir: string): Promise<Record<string, Record<string, unknown>>> => {
  const state = await loadState(stateDir)
  const knownHosts = knownHostsFile(stateDir)
  return Object.fromEntries(
    Object.values(state?.hosts ?? {}).map(({ name, address }) => [
      name,
      {
        ansible_host: address,
        ansible_user: 'operator',
        ansible_ssh_private_key_file: keyFile(stateDir),
        ansible_ssh_common_args: `-o UserKnownHostsFile=${knownHosts} -o StrictHostKeyChecking=yes`,
        fettle_known_hosts: [knownHosts],
        fettle_management: [`${bridgeAddress(state?.subnet ?? '')}/32`],
      },
    ]),
  )
}
