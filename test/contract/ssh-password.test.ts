import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AuthContext } from 'ssh2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Target } from '../../engine/core/ports.ts'
import { connectFrom } from '../../engine/transport/ssh/connect.ts'
import { type FakeServer, fakeServer } from './support/fake-server.ts'
import { problemOf } from './support/problem.ts'
import { makeKey } from './support/sshd.ts'

describe('logging in with a password', () => {
  let folder = ''
  const servers: FakeServer[] = []
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fettle-password-'))
    makeKey(join(folder, 'key'), 'ed25519')
  })
  afterAll(() => {
    for (const server of servers) server.stop()
    rmSync(folder, { recursive: true })
  })

  /** A server that accepts these methods, and a record of every password that it was told. */
  const server = async (...methods: AuthContext['method'][]) => {
    const told: string[] = []
    const offered: string[] = []
    const judge = (password: string, context: AuthContext) => {
      told.push(password)
      return password === 'right' ? context.accept() : context.reject(methods)
    }
    const made = await fakeServer({
      authenticate: (context) => {
        offered.push(context.method)
        if (!methods.includes(context.method)) return context.reject(methods)
        if (context.method === 'password') return judge(context.password, context)
        if (context.method === 'keyboard-interactive')
          return context.prompt([{ prompt: 'Password:', echo: false }], ([answer]) => judge(answer ?? '', context))
        return context.reject(methods)
      },
      serve: (session) => session.on('exec', (accept) => accept().end()),
    })
    servers.push(made)
    const file = join(folder, `known-${made.port}`)
    writeFileSync(file, made.known)
    return { told, offered, target: { ...made.target, knownHosts: [file] } satisfies Target }
  }

  const connect = connectFrom({ user: 'somebody', home: '/nonexistent', configFiles: [] })
  const password = (text: string) => async () => text

  it.each(['password', 'keyboard-interactive'] as const)('answers by %s', async (method) => {
    const { told, target } = await server(method)
    const session = await connect({ ...target, password: password('right') })
    await session.close()
    expect(told).toEqual(['right'])
  })

  it.each([['password'], ['keyboard-interactive'], ['password', 'keyboard-interactive']] as const)(
    'sends a wrong password exactly once (%s %s)',
    async (...methods) => {
      const { told, target } = await server(...methods.filter((method) => method !== undefined))
      const problem = await problemOf(connect({ ...target, password: password('wrong') }))
      expect(told).toEqual(['wrong'])
      expect(problem).toMatchObject({ code: 'auth.refused', detail: expect.stringContaining('tried: the password') })
      expect(JSON.stringify(problem)).not.toContain('wrong')
    },
  )

  it('tries keys first, and does not ask for a password that would not be accepted', async () => {
    const { offered, target } = await server('publickey')
    let asked = false
    const ask = async () => {
      asked = true
      return 'right'
    }
    await problemOf(connect({ ...target, keyFiles: [join(folder, 'key')], password: ask }))
    expect([offered, asked]).toEqual([['publickey'], false])
  })
})
