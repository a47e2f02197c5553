import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Target } from '../../engine/core/ports.ts'
import { connectSsh } from '../../engine/transport/ssh/connect.ts'
import { fakeServer, type Listening, listen } from './support/fake-server.ts'
import { problemOf } from './support/problem.ts'
import { freePort, type Sshd, startSshd, target } from './support/sshd.ts'

const stopped: { stop(): unknown }[] = []
afterEach(async () => {
  for (const each of stopped.splice(0)) await each.stop()
})
const keep = <Stoppable extends { stop(): unknown }>(made: Stoppable): Stoppable => {
  stopped.push(made)
  return made
}

describe('hosts that cannot be reached', () => {
  it.each<[string, () => Promise<Partial<Target>>, RegExp]>([
    ['nothing listens', async () => ({ port: await freePort() }), /nothing listens there/],
    ['the name is unknown', async () => ({ address: 'no-such-host.invalid' }), /cannot be reached: the name/],
  ])('says that %s', async (_what, where, message) => {
    const problem = await problemOf(connectSsh({ ...target(22), ...(await where()) }))
    expect(problem).toMatchObject({ code: 'host.unreachable', host: 'web1', message: expect.stringMatching(message) })
  })

  it.each<[string, number, (socket: Socket) => void, object]>([
    [
      'hangs up at once',
      10_000,
      (socket) => socket.end(),
      { code: 'host.unreachable', hint: expect.stringContaining('MaxStartups') },
    ],
    [
      'is a web server',
      10_000,
      (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      { code: 'host.unreachable' },
    ],
    ['says nothing', 300, () => undefined, { code: 'timeout', message: expect.stringContaining('within 0.3 s') }],
    ['stops after its greeting', 300, (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'), { code: 'timeout' }],
  ])('tells a server that %s', async (_what, connect, meet, expected) => {
    const { port } = keep(await listen(meet))
    expect(await problemOf(connectSsh({ ...target(port), deadlines: { connect, idle: 15_000 } }))).toMatchObject(
      expected,
    )
  })

  it('tells a server that hung up before our keys had been read', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fettle-hung-up-'))
    const slow = join(folder, 'id')
    execFileSync('mkfifo', [slow])
    let hangsUp = (): void => undefined
    const closed = new Promise<void>((resolve) => {
      hangsUp = resolve
    })
    const { port } = keep(await listen((socket) => socket.resume().end().once('close', hangsUp)))
    const deadlines = { connect: 5000, idle: 15_000 }
    const problem = problemOf(connectSsh({ ...target(port), deadlines, keyFiles: [slow] }))
    await closed
    writeFileSync(slow, 'no key')
    expect(await problem).toMatchObject({ code: 'host.unreachable', hint: expect.stringContaining('MaxStartups') })
    rmSync(folder, { recursive: true })
  })

  it('waits for a server that has taken the connection, however soon it had to', async () => {
    const { port } = keep(await listen(() => undefined))
    const deadlines = { connect: 600, answer: 100, idle: 15_000 }
    expect(await problemOf(connectSsh({ ...target(port), deadlines }))).toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('within 0.6 s'),
    })
  })

  it('tells a server that knows only weak algorithms', async () => {
    const sshd = keep(await startSshd('KexAlgorithms diffie-hellman-group14-sha1'))
    const problem = await problemOf(connectSsh(sshd.target))
    expect(problem).toMatchObject({ code: 'host.unreachable', message: expect.stringContaining('key exchange') })
  })

  it('stops connecting when cancelled', async () => {
    const { port } = keep(await listen(() => undefined))
    const problem = await problemOf(connectSsh(target(port), AbortSignal.timeout(50)))
    expect(problem.code).toBe('cancelled')
  })
})

describe('hosts that go wrong later', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fettle-trouble-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  /** A server that lets everybody in and treats commands as told. */
  const lax = async (exec: Parameters<typeof fakeServer>[0]['serve']): Promise<Target> => {
    const server = keep(await fakeServer({ authenticate: (context) => context.accept(), ...(exec && { serve: exec }) }))
    const file = join(folder, `known-${server.port}`)
    writeFileSync(file, server.known)
    return { ...server.target, knownHosts: [file], password: async () => 'any' }
  }

  it('does not take a missing exit status for success', async () => {
    const to = await lax((session) => session.on('exec', (accept) => accept().end()))
    const session = await connectSsh(to)
    expect(await problemOf(session.run('true'))).toMatchObject({ code: 'connection.lost' })
  })

  it('says so when a host runs no commands', async () => {
    const to = await lax((session) => session.on('exec', (_accept, reject) => reject()))
    expect(await problemOf(connectSsh(to))).toMatchObject({ code: 'host.unsupported' })
  })

  it('says so when there is no shell behind the log-in, and in which words', async () => {
    const sshd = keep(await startSshd('ForceCommand echo This account is not available.; exit 1'))
    const session = await connectSsh(sshd.target)
    const problem = await problemOf(session.run('true'))
    expect(problem).toMatchObject({ code: 'host.unsupported', detail: 'This account is not available.' })
  })

  it('passes over what a log-in says before the shell starts', async () => {
    const noise = 'printf "welcome <$$"; echo noise >&2; eval "$SSH_ORIGINAL_COMMAND"'
    const session = await connectSsh(keep(await startSshd(`ForceCommand ${noise}`)).target)
    expect(await session.run('echo out; echo err >&2')).toMatchObject({ exit: 0, stdout: 'out\n', stderr: 'err\n' })
    await session.close()
  })
})

describe('hosts that fall silent', () => {
  /** Between us and a server; freezes as a cut cable does, without a word. */
  const freezable = async (port: number): Promise<Listening & { freeze(): void }> => {
    const pipes: Socket[] = []
    const proxy = await listen(async (near) => {
      const far = connect(port, '127.0.0.1')
      pipes.push(near, far)
      far.on('error', () => undefined)
      await once(far, 'connect')
      near.pipe(far).pipe(near)
    })
    const freeze = () => {
      for (const pipe of pipes) pipe.unpipe().pause()
    }
    return { ...proxy, freeze }
  }

  const through = (sshd: Sshd, port: number, idle: number): Target => {
    const file = join(sshd.folder, 'known_proxy')
    writeFileSync(file, sshd.knownAs(`[127.0.0.1]:${port}`))
    return { ...sshd.target, port, knownHosts: [file], deadlines: { connect: 5000, idle } }
  }

  it('are given up after the idle time', async () => {
    const sshd = keep(await startSshd())
    const proxy = keep(await freezable(sshd.port))
    const session = await connectSsh(through(sshd, proxy.port, 300))
    const problem = await problemOf(session.run('echo begun; sleep 30', { onLine: () => proxy.freeze() }))
    expect(problem).toMatchObject({
      code: 'connection.lost',
      message: expect.stringContaining('not answered for 0.3 s'),
    })
    await session.close()
  })

  it('are not given up while they answer, however long a command is silent', async () => {
    const sshd = keep(await startSshd())
    const session = await connectSsh({ ...sshd.target, deadlines: { connect: 5000, idle: 300 } })
    expect((await session.run('sleep 1.2; echo done')).stdout).toBe('done\n')
    await session.close()
  })
})
