import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { Target } from '../../../engine/core/ports.ts'

export interface Sshd {
  readonly folder: string
  readonly port: number
  readonly target: Target
  /** The known_hosts line for this server under another name. */
  knownAs(name: string): string
  /** What the server has said. */
  log(): string
  /** Ends every log-in at once, as a dying host would. */
  cut(): void
  stop(): Promise<void>
}

/** An OpenSSH server of our own on the loopback, with fresh keys, that lets in the user who runs the tests. */
export const startSshd = async (...lines: readonly string[]): Promise<Sshd> => {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-sshd-'))
  const at = (name: string) => join(folder, name)
  makeKey(at('host'), 'ed25519')
  makeKey(at('host_rsa'), 'rsa')
  makeKey(at('user'), 'ed25519')
  const port = await freePort()
  writeFileSync(at('authorized_keys'), readFileSync(at('user.pub')))
  const knownAs = (name: string) => `${name} ${readFileSync(at('host.pub'), 'utf8')}`
  writeFileSync(at('known_hosts'), knownAs(`[127.0.0.1]:${port}`))
  writeFileSync(at('sshd_config'), [...lines, ...usual(folder, port)].join('\n'))
  const { server, log } = await launch(at('sshd_config'), port)
  return {
    folder,
    port,
    target: { ...target(port), keyFiles: [at('user')], knownHosts: [at('known_hosts')] },
    knownAs,
    log,
    cut: () => {
      killChildren(server)
    },
    stop: async () => {
      const ended = once(server, 'exit')
      killChildren(server)
      server.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true })
    },
  }
}

export const makeKey = (file: string, type: 'ed25519' | 'rsa' | 'ecdsa', passphrase = ''): void => {
  execFileSync('ssh-keygen', [
    '-q',
    '-t',
    type,
    ...(type === 'rsa' ? ['-b', '2048'] : []),
    '-N',
    passphrase,
    '-C',
    'test',
    '-f',
    file,
  ])
}

export const target = (port: number): Target => ({
  name: 'web1',
  address: '127.0.0.1',
  port,
  user: userInfo().username,
  transport: 'ssh',
  become: false,
  hostKeys: 'strict',
  deadlines: { connect: 10_000, idle: 15_000 },
})

const usual = (folder: string, port: number): string[] => [
  `Port ${port}`,
  'ListenAddress 127.0.0.1',
  `HostKey ${folder}/host`,
  `HostKey ${folder}/host_rsa`,
  `AuthorizedKeysFile ${folder}/authorized_keys`,
  `PidFile ${folder}/pid`,
  'PermitRootLogin yes',
  'StrictModes no',
  'UsePAM no',
  'PasswordAuthentication no',
  'MaxStartups 100',
  // The account's own profile may take its time.
  `SetEnv HOME=${folder}`,
  '',
]

const launch = async (config: string, port: number): Promise<{ server: ChildProcess; log: () => string }> => {
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true })
  const server = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  server.stderr.on('data', (chunk) => {
    said += chunk
  })
  while (!(await answers(port))) if (server.exitCode !== null) throw new Error(`sshd did not start: ${said}`)
  return { server, log: () => said }
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('data', () => resolve(socket.destroy() !== undefined))
    socket.once('error', () => setTimeout(() => resolve(false), 20))
  })

export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}

const killChildren = ({ pid }: ChildProcess): void => {
  for (const child of childrenOf(pid))
    try {
      process.kill(child, 'SIGKILL')
    } catch {
      // It has ended by itself meanwhile.
    }
}

const childrenOf = (parent: number | undefined): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => parentOf(pid) === parent)
    .map(Number)

const parentOf = (pid: string): number | undefined => {
  try {
    return Number(
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) \S /, '')
        .split(' ')[0],
    )
  } catch {
    return undefined
  }
}
