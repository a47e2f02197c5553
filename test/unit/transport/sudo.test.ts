import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FettleError } from '../../../engine/core/error.ts'
import type { Connection, Ending } from '../../../engine/transport/session/process.ts'
import { ShellSession } from '../../../engine/transport/session/shell-session.ts'

const where = { host: 'web1', login: 'deploy@web1:22' }

describe('becoming root', () => {
  let folder = ''
  const started: string[][] = []
  const children: ChildProcess[] = []
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fettle-sudo-'))
    copyFileSync(fileURLToPath(new URL('./support/fake-sudo.sh', import.meta.url)), join(folder, 'sudo'))
    chmodSync(join(folder, 'sudo'), 0o755)
  })
  afterEach(() => {
    started.length = 0
    for (const child of children.splice(0)) child.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  })

  /** Programs on this machine, with a sudo that is not the real one. */
  const machine = (demands: string): Connection => ({
    start: async (argv) => {
      started.push([...argv])
      const [program = 'sh', ...args] = argv
      const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, FAKE_SUDO: demands }
      const secrets = { FAKE_SUDO_PASSWORD: 'right', FAKE_SUDO_LOG: join(folder, 'log') }
      const child = spawn(program, args, { env: { ...env, ...secrets } })
      children.push(child)
      const ended = once(child, 'close').then(([exit]): Ending => ({ type: 'exited', exit }))
      return {
        stdin: child.stdin,
        stdout: child.stdout,
        stderr: child.stderr,
        ended,
        kill: () => child.kill('SIGKILL'),
      }
    },
    close: async () => undefined,
  })
  const open = (demands: string, password?: string) =>
    ShellSession.open(machine(demands), {
      where,
      become: true,
      becomePassword: password === undefined ? undefined : async () => password,
      deadline: 5000,
    })
  const tried = () =>
    existsSync(join(folder, 'log')) ? readFileSync(join(folder, 'log'), 'utf8').trim().split('\n') : []
  const failure = (promise: Promise<unknown>) =>
    promise.then(
      () => undefined,
      (error: FettleError) => error,
    )

  it('needs no password where sudo asks for none, even when there is one', async () => {
    const session = await open('free', 'right')
    expect(await session.run('echo in; cat')).toMatchObject({ exit: 0, stdout: 'in\n', stderr: '' })
    expect([started, tried()]).toEqual([[['sudo', '-n', 'sh']], []])
  })

  it('gives the password when sudo asks, then runs what was to be run', async () => {
    const session = await open('password', 'right')
    const outcomes = await Promise.all([session.run('echo one; cat; echo e >&2'), session.run('echo two')])
    expect(outcomes).toMatchObject([{ exit: 0, stdout: 'one\n', stderr: 'e\n' }, { stdout: 'two\n' }])
    expect(tried()).toEqual(['right'])
  })

  it('tries a wrong password exactly once', async () => {
    const session = await open('password', 'wrong')
    const [first, second] = await Promise.all([failure(session.run('echo never')), failure(session.run('echo never'))])
    expect([first?.code, second?.code]).toEqual(['become.password', 'become.password'])
    expect(tried()).toEqual(['wrong'])
    expect(JSON.stringify(first?.problems)).not.toContain('wrong')
  })

  it('says what to do when sudo wants a password and there is none', async () => {
    const error = await failure((await open('password')).run('echo never'))
    expect(error?.problems[0]).toMatchObject({
      code: 'become.refused',
      host: 'web1',
      detail: 'sudo: a password is required',
      hint: expect.stringContaining('NOPASSWD'),
    })
  })

  it('passes on what sudo says to a stranger', async () => {
    const error = await failure((await open('stranger', 'right')).run('echo never'))
    expect(error?.problems[0]).toMatchObject({ code: 'become.refused', detail: 'sudo: you are not allowed to do that' })
  })

  it('never has the password in an argument vector', async () => {
    await (await open('password', 'right')).run('true')
    expect(started.flat()).not.toContain('right')
    expect(started.map((argv) => argv.slice(0, 4))).toEqual([
      ['sudo', '-n', 'sh'],
      ['sudo', '-k', '-S', '-p'],
    ])
  })
})
