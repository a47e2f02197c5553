import { readdir, readFile } from 'node:fs/promises'
import { execa } from 'execa'
import { labGroup } from '../../engine/lab/cgroup.ts'

/** Everything on this machine that belongs to the lab of this folder: empty when it is down. */
export const tracesOf = async (id: string, stateDir: string): Promise<string[]> => {
  const found = await Promise.all([links(id), rules(id), groups(id), mountsAndProcesses(stateDir)])
  return found.flat().sort()
}

const links = async (id: string): Promise<string[]> => {
  const { stdout } = await execa('ip', ['-json', 'link', 'show'])
  const names = (JSON.parse(stdout) as { readonly ifname: string }[]).map(({ ifname }) => ifname)
  return names.filter((name) => name.includes(id)).map((name) => `link ${name}`)
}

const rules = async (id: string): Promise<string[]> => {
  const { stdout } = await execa('nft', ['list', 'ruleset'])
  return stdout.split('\n').filter((line) => line.includes(id))
}

const groups = async (id: string): Promise<string[]> => {
  const names = await readdir(await labGroup(id)).catch(() => null)
  return names === null ? [] : [`cgroup of ${id}: ${names.filter((name) => !name.includes('.')).join(' ')}`]
}

/** Looks into the mount namespace of every process, not only into our own. */
const mountsAndProcesses = async (stateDir: string): Promise<string[]> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
  const read = (pid: string, file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')
  const found = await Promise.all(
    pids.map(async (pid) => {
      const mounts = (await read(pid, 'mountinfo')).split('\n').filter((line) => line.includes(stateDir))
      const argv = (await read(pid, 'cmdline')).replaceAll('\0', ' ')
      return [...mounts, ...(argv.includes(stateDir) ? [argv] : [])].map((trace) => `${pid}: ${trace.slice(0, 200)}`)
    }),
  )
  return found.flat()
}
