import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

export interface Postgres {
  /** Of a new, empty database. */
  freshUrl(): string
  stop(): Promise<void>
}

const versions = '/usr/lib/postgresql'

/** Debian's server as it is installed, with files of its own, reachable over a Unix socket in a folder of its own. */
export const startPostgres = async (): Promise<Postgres> => {
  const version = readdirSync(versions).sort((a, b) => Number(b) - Number(a))[0] ?? ''
  const program = (name: string) => join(versions, version, 'bin', name)
  const folder = mkdtempSync(join(tmpdir(), 'fettle-postgres-'))
  const account = accountFor(folder)
  const data = join(folder, 'data')
  const options = ['--auth=trust', '--username=postgres', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync']
  execFileSync(program('initdb'), [...options, '-D', data], { ...account, cwd: folder, stdio: 'pipe' })
  const settings = ['listen_addresses=', `unix_socket_directories=${folder}`, 'fsync=off']
  const server = spawn(program('postgres'), ['-D', data, ...settings.flatMap((each) => ['-c', each])], {
    ...account,
    ...{ cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  })
  await ready(server, join(folder, '.s.PGSQL.5432'))
  let number = 0
  return {
    freshUrl: () => {
      const name = `store${++number}`
      execFileSync(program('createdb'), ['-h', folder, '-U', 'postgres', name])
      return `postgresql:///${name}?host=${folder}&user=postgres`
    },
    stop: async () => {
      const ended = once(server, 'exit')
      server.kill('SIGINT')
      await ended
      rmSync(folder, { recursive: true })
    },
  }
}

/** The server refuses to run as root: then it is the account that Debian has for it. */
const accountFor = (folder: string): { readonly uid: number; readonly gid: number } => {
  const { uid, gid } = userInfo()
  if (uid !== 0) return { uid, gid }
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  const account = { uid: id('-u'), gid: id('-g') }
  chownSync(folder, account.uid, account.gid)
  return account
}

const ready = async (server: ChildProcess, socket: string): Promise<void> => {
  let said = ''
  for await (const chunk of server.stderr ?? []) {
    said += chunk
    if (said.includes('ready to accept connections') && existsSync(socket)) break
  }
  if (!existsSync(socket)) throw new Error(`postgres did not start: ${said}`)
}
