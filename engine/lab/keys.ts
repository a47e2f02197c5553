import { access, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { replaceFile } from './replace-file.ts'
import { run } from './run.ts'
import { hostDir, keyFile, knownHostsFile, type LabState } from './state.ts'

/** The kinds of host keys a practice host has. RSA would cost most of a new lab's first start. */
const hostKeyTypes = ['ed25519', 'ecdsa'] as const

export const hostKeyNames = hostKeyTypes.map((type) => `ssh_host_${type}_key`)

/** Makes the lab's log-in key and every host's own keys, where they are missing, and records the latter. */
export const ensureKeys = async (stateDir: string, state: LabState): Promise<void> => {
  const hosts = Object.values(state.hosts)
  await Promise.all([
    ensureKey(keyFile(stateDir), 'ed25519', 'fettle-lab'),
    ...hosts.flatMap(({ name }) =>
      hostKeyTypes.map((type) => ensureKey(join(hostDir(stateDir, name), `ssh_host_${type}_key`), type, name)),
    ),
  ])
  const lines = await Promise.all(
    hosts.flatMap(({ name, address }) =>
      hostKeyNames.map(async (key) => {
        const [type, body] = (await readFile(join(hostDir(stateDir, name), `${key}.pub`), 'utf8')).split(' ')
        return `${address} ${type} ${body}\n`
      }),
    ),
  )
  await replaceFile(knownHostsFile(stateDir), lines.join(''), 0o644)
}

/** The private half is put in place last: where it is, both are whole. */
const ensureKey = async (file: string, type: string, comment: string): Promise<void> => {
  const found = await access(file).then(
    () => true,
    () => false,
  )
  if (found) return
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const aside = `${file}.new`
  await rm(aside, { force: true })
  await run(['ssh-keygen', '-q', '-t', type, '-N', '', '-C', comment, '-f', aside])
  await rename(`${aside}.pub`, `${file}.pub`)
  await rename(aside, file)
}
