import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { command } from '../engine/core/shell.ts'
import { compete, faster, type Row, seconds } from './measure.ts'
import { type Login, onHost, root, runFettle, siteFolder } from './site.ts'

const targets = 200
const forks = 50

interface Alias {
  readonly host: Login
  readonly address: string
}

/** Two hundred addresses on the practice hosts: as many connections as so many hosts, though they share processors. */
const aliases = (logins: readonly Login[]): Alias[] =>
  Array.from({ length: targets }, (_, index) => {
    const host = logins[index % logins.length] as Login
    return { host, address: host.address.replace(/\d+$/, String(50 + index)) }
  })

const prepare = async (all: readonly Alias[], logins: readonly Login[]): Promise<void> => {
  for (const login of logins) {
    const own = all.filter(({ host }) => host === login).map(({ address }) => `ip addr replace ${address}/24 dev host0`)
    const limits = 'echo MaxStartups 300:30:400 > /etc/ssh/sshd_config.d/bench.conf; systemctl restart ssh'
    await onHost(login, `${own.join('\n')}\n${limits}`)
  }
}

/** A site of two hundred hosts, with the host keys of those they are aliases of. */
const writeSite = (all: readonly Alias[]): string => {
  const folder = join(siteFolder, '.fettle/many')
  mkdirSync(join(folder, 'inventory'), { recursive: true })
  const option = (login: Login, flag: string) => login.arguments[login.arguments.indexOf(flag) + 1] ?? ''
  const knownHosts = (login: Login) => /UserKnownHostsFile=(\S+)/.exec(login.arguments.join(' '))?.[1] ?? ''
  const lines = readFileSync(knownHosts((all[0] as Alias).host), 'utf8').split('\n')
  const keysOf = (login: Login) => lines.filter((line) => line.split(' ')[0]?.split(',').includes(login.address))
  const known = all.flatMap(({ host, address }) => keysOf(host).map((line) => line.replace(/^\S+/, address)))
  writeFileSync(join(folder, 'known_hosts'), `${known.join('\n')}\n`)
  const hosts = Object.fromEntries(all.map(({ address }, index) => [`many${index}`, { ansible_host: address }]))
  const vars = {
    ansible_user: option((all[0] as Alias).host, '-l'),
    ansible_ssh_private_key_file: option((all[0] as Alias).host, '-i'),
    fettle_known_hosts: [join(folder, 'known_hosts')],
  }
  writeFileSync(join(folder, 'inventory/many.yml'), JSON.stringify({ all: { vars, hosts } }))
  for (const part of ['site.yml', 'roles', 'templates']) {
    execFileSync('ln', ['-sfn', join(siteFolder, part), join(folder, part)])
  }
  return folder
}

const fanOut = (all: readonly Alias[], folder: string): Promise<number> => {
  const first = (all[0] as Alias).host
  const args = first.arguments
    .slice(0, -1)
    .map((word) => word.replace(/^UserKnownHostsFile=.*/, `UserKnownHostsFile=${join(folder, 'known_hosts')}`))
  const list = all.map(({ address }) => address).join('\n')
  return seconds('bash', [
    '-c',
    `printf '%s\\n' '${list}' | xargs -P ${forks} -I{} ${command('ssh', '-n', ...args)} {} true`,
  ])
}

/** The most memory that a plan of two hundred hosts held, in MB, read from the kernel while it ran. */
const peakMemory = (folder: string): Promise<number> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, 'bin/fettle'), 'plan', '--forks', String(forks)], {
      cwd: folder,
      stdio: 'ignore',
    })
    let peak = 0
    const look = () => {
      try {
        peak = Math.max(
          peak,
          Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0),
        )
      } catch {
        // It has just ended.
      }
    }
    const timer = setInterval(look, 20)
    child.once('exit', () => {
      clearInterval(timer)
      resolve(peak / 1024)
    })
  })

export const manyHosts = async (logins: readonly Login[]): Promise<Row[]> => {
  await runFettle('provision', '--yes')
  const all = aliases(logins)
  await prepare(all, logins)
  const folder = writeSite(all)
  const plan = () =>
    seconds(process.execPath, [join(root, 'bin/fettle'), 'plan', '--forks', String(forks)], { cwd: folder })
  const [ssh = 0, fettle = 0] = await compete(3, [() => fanOut(all, folder), plan])
  const memory = await peakMemory(folder)
  return [
    faster(`${targets} targets planned, ${forks} at once`, 'ssh true', ssh, fettle, 2),
    {
      what: `${targets} targets planned: memory`,
      baseline: '',
      fettle: `${Math.round(memory)} MB`,
      ratio: '',
      goal: 'below 300 MB',
      met: memory < 300,
    },
  ]
}
