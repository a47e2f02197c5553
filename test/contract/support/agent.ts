import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface Agent {
  readonly socket: string
  add(keyFile: string, passphrase?: string): Promise<void>
  empty(): Promise<void>
  stop(): Promise<void>
}

/** An ssh-agent of our own. */
export const startAgent = async (): Promise<Agent> => {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-agent-'))
  const socket = join(folder, 'socket')
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
  while (!existsSync(socket)) await new Promise((resolve) => setTimeout(resolve, 10))
  return {
    socket,
    add: async (keyFile, passphrase = '') => {
      const askpass = join(folder, 'askpass')
      writeFileSync(askpass, `#!/bin/sh\necho '${passphrase}'\n`, { mode: 0o700 })
      const env = { ...process.env, SSH_AUTH_SOCK: socket, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' }
      await promisify(execFile)('ssh-add', ['-q', keyFile], { env })
    },
    empty: async () => {
      await promisify(execFile)('ssh-add', ['-qD'], { env: { ...process.env, SSH_AUTH_SOCK: socket } })
    },
    stop: async () => {
      const ended = once(agent, 'exit')
      agent.kill()
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
