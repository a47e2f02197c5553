import { chmod, chown, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { operator } from './image-recipe.ts'
import { hostKeyNames } from './keys.ts'
import { bridgeAddress, hostDir, keyFile, type LabHost, type LabState } from './state.ts'

export const seedDir = (stateDir: string, name: string): string => join(hostDir(stateDir, name), 'seed')

/**
 * What makes a host this host, as text files by path. Without IPv6 on its cable it is online at once: waiting for a
 * router that will not speak takes twelve seconds of each boot.
 */
export const seedFiles = (
  host: LabHost,
  gateway: string,
  nameservers: readonly string[],
): Readonly<Record<string, string>> => ({
  'etc/hostname': `${host.name}\n`,
  'etc/machine-id': `${host.machineId}\n`,
  'etc/hosts': `127.0.0.1\tlocalhost\n127.0.1.1\t${host.name}\n::1\tlocalhost ip6-localhost ip6-loopback\n`,
  'etc/resolv.conf': nameservers.map((address) => `nameserver ${address}\n`).join(''),
  'etc/systemd/network/10-host0.network': `[Match]
Name=host0

[Network]
Address=${host.address}/24
Gateway=${gateway}
IPv6AcceptRA=no
LinkLocalAddressing=no
`,
})

/** Lays out the files that a fresh disk of this host starts with. */
export const writeSeed = async (
  stateDir: string,
  state: LabState,
  host: LabHost,
  nameservers: readonly string[],
): Promise<void> => {
  const seed = seedDir(stateDir, host.name)
  await rm(seed, { recursive: true, force: true })
  for (const [path, content] of Object.entries(seedFiles(host, bridgeAddress(state.subnet), nameservers))) {
    await mkdir(dirname(join(seed, path)), { recursive: true, mode: 0o755 })
    await writeFile(join(seed, path), content, { mode: 0o644 })
  }
  await placeHostKeys(hostDir(stateDir, host.name), join(seed, 'etc/ssh'))
  await placeLogin(`${keyFile(stateDir)}.pub`, join(seed, 'home/operator/.ssh'))
}

const placeHostKeys = async (from: string, to: string): Promise<void> => {
  await mkdir(to, { recursive: true, mode: 0o755 })
  for (const key of hostKeyNames) {
    await copyFile(join(from, key), join(to, key))
    await chmod(join(to, key), 0o600)
    await copyFile(join(from, `${key}.pub`), join(to, `${key}.pub`))
  }
}

const placeLogin = async (publicKey: string, to: string): Promise<void> => {
  await mkdir(to, { recursive: true, mode: 0o700 })
  const authorized = join(to, 'authorized_keys')
  await writeFile(authorized, await readFile(publicKey), { mode: 0o600 })
  for (const path of [authorized, to, dirname(to)]) await chown(path, operator.uid, operator.gid)
}
