import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { command } from '../../engine/core/shell.ts'
import { until } from '../../engine/lab/wait.ts'
import type { PracticeHost } from '../lab/harness.ts'
import { does } from '../lab/support/does.ts'
import { ensureVmImage } from './image.ts'
import { qemu } from './qemu.ts'

/** A host with a kernel, a clock and devices of its own, gone with what was written to it once it is stopped. */
export interface VirtualMachine {
  readonly host: PracticeHost
  /** On this machine's loopback. */
  readonly port: number
  /** Starts it anew by its own means, and returns when it is up again. */
  reboot(): Promise<void>
  stop(): Promise<void>
}

/** Returns when it lets its operator in. Emulated it takes a minute or two. Errors: with the end of its console. */
export const startVm = async (release: string): Promise<VirtualMachine> => {
  say(`${release}: a disk, built where there is none of these days`)
  const image = await ensureVmImage(release)
  say(`${release}: starting`)
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'fettle-vm-'))
  const knownHosts = join(folder, 'known_hosts')
  const [type, key] = (await readFile(join(image.folder, 'host.pub'), 'utf8')).split(' ')
  await writeFile(knownHosts, `[127.0.0.1]:${port} ${type} ${key}\n`)
  const [file, ...args] = qemu({ image, port, console: join(folder, 'console') })
  const running = execa(file, args, { reject: false, stdin: 'ignore' })
  const kill = () => running.kill()
  // Whoever runs the tests was killed, and this process was not.
  process.once('disconnect', kill)
  const stop = async () => {
    process.off('disconnect', kill)
    kill()
    await running
    await rm(folder, { recursive: true })
  }
  const host = hostAt({ name: 'vm', port, knownHosts, keyFile: join(image.folder, 'login') })
  const up = async (before: string | null) => {
    const isUp = () => Promise.race([hasBooted(host, before), running.then(({ stderr }) => fail(stderr))])
    if (await until(isUp, { deadline: 900_000, every: 500 })) return
    fail(`it does not answer ssh:\n${await readFile(join(folder, 'console'), 'utf8')}`)
  }
  const reboot = async () => {
    const before = await bootOf(host)
    await host.sh('systemctl reboot')
    await up(before)
  }
  try {
    await up(null)
    say(`${release}: up`)
  } catch (error) {
    await stop()
    throw error
  }
  return { host, port, reboot, stop }
}

const say = (line: string) => process.stderr.write(`${line}\n`)

const fail = (why: string): never => {
  throw new Error(`a virtual machine ended: ${why.slice(-4000)}`)
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0))
    })
  })

const bootOf = (host: PracticeHost): Promise<string> => does(host, 'cat /proc/sys/kernel/random/boot_id')

/** Whether a boot is over that is not the one before. */
const hasBooted = async (host: PracticeHost, before: string | null): Promise<boolean> => {
  const { exit, stdout } = await host.sh('cat /proc/sys/kernel/random/boot_id; systemctl is-system-running --wait; :')
  const [boot, state] = stdout.split('\n')
  return exit === 0 && boot !== before && /^(running|degraded)$/.test(state ?? '')
}

interface Login {
  readonly name: string
  readonly port: number
  readonly knownHosts: string
  readonly keyFile: string
}

/** As a practice host. A connection to what has gone down ends, since nothing within says so. */
const hostAt = ({ name, port, knownHosts, keyFile }: Login): PracticeHost => {
  const [address, user] = ['127.0.0.1', 'operator']
  const options = ['BatchMode=yes', 'IdentitiesOnly=yes', 'StrictHostKeyChecking=yes', 'ConnectTimeout=20']
  const alive = ['ServerAliveInterval=10', 'ServerAliveCountMax=6', `UserKnownHostsFile=${knownHosts}`]
  const argv = [...options, ...alive].flatMap((option) => ['-o', option])
  const sh = async (script: string) => {
    const remote = command('sudo', '-n', 'sh', '-c', script)
    const result = await execa(
      'ssh',
      ['-F', 'none', '-i', keyFile, '-p', `${port}`, ...argv, `${user}@${address}`, remote],
      {
        reject: false,
        stdin: 'ignore',
        stripFinalNewline: false,
      },
    )
    return { exit: result.exitCode ?? 255, stdout: result.stdout, stderr: result.stderr }
  }
  return { name, address, user, keyFile, knownHosts, sh }
}
