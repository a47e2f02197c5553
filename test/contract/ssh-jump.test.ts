import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectFrom } from '../../engine/transport/ssh/connect.ts'
import { problemOf } from './support/problem.ts'
import { freePort, type Sshd, startSshd } from './support/sshd.ts'

describe('the ssh configuration', () => {
  let gate: Sshd
  let inner: Sshd
  let count = 0
  beforeAll(async () => {
    ;[gate, inner] = await Promise.all([startSshd('LogLevel VERBOSE'), startSshd('LogLevel VERBOSE')])
  })
  afterAll(() => Promise.all([gate.stop(), inner.stop()]))

  const block = (host: string, sshd: Sshd, ...more: string[]) => [`Host ${host}`, ...login(sshd), ...more].join('\n  ')
  const login = ({ target, folder }: Sshd) => [
    'HostName 127.0.0.1',
    `Port ${target.port}`,
    `User ${target.user}`,
    `IdentityFile ${folder}/%%d-is-not-expanded`,
    `IdentityFile ${folder}/user`,
    'IdentitiesOnly yes',
    `UserKnownHostsFile ${folder}/known_hosts`,
  ]
  /** A target of which only the name is known. */
  const via = (...blocks: string[]) => {
    count += 1
    const onlyConfigFile = join(inner.folder, `config-${count}`)
    writeFileSync(onlyConfigFile, `${blocks.join('\n')}\n`)
    const { name, transport, become, hostKeys, deadlines } = inner.target
    const target = { name, address: 'web1', transport, become, hostKeys, deadlines }
    return { target, connect: connectFrom({ user: 'nobody', home: '/nonexistent', configFiles: [], onlyConfigFile }) }
  }

  it('gives address, port, user, keys and known hosts', async () => {
    const { connect, target } = via(block('web1', inner))
    const session = await connect(target)
    expect((await session.run('echo $SSH_CONNECTION')).stdout.trim().split(' ')[3]).toBe(String(inner.port))
    await session.close()
  })

  it('gives way to what the target says', async () => {
    const { connect, target } = via(block('web1', inner))
    const problem = await problemOf(connect({ ...target, port: await freePort() }))
    expect(problem.code).toBe('host.unreachable')
  })

  it('leads through a jump host, whose log-in and key are its own', async () => {
    const { connect, target } = via(block('web1', inner, 'ProxyJump gate'), block('gate', gate))
    const session = await connect(target)
    expect((await session.run('echo $SSH_CONNECTION')).stdout.trim().split(' ')[3]).toBe(String(inner.port))
    expect(gate.log()).toContain('Accepted publickey')
    await session.close()
  })

  it('leads through two jump hosts', async () => {
    const { connect, target } = via(
      block('web1', inner, 'ProxyJump gate,again'),
      block('gate', gate),
      block('again', gate),
    )
    const session = await connect(target)
    expect((await session.run('seq 2')).stdout).toBe('1\n2\n')
    await session.close()
  })

  it('judges the key of a jump host as strictly', async () => {
    const unknown = block('gate', gate).replace(`${gate.folder}/known_hosts`, '/dev/null')
    const { connect, target } = via(block('web1', inner, 'ProxyJump gate'), unknown)
    const problem = await problemOf(connect(target))
    expect(problem).toMatchObject({ code: 'host.key.unknown', message: expect.stringContaining(`:${gate.port}`) })
  })

  it('names the host that cannot be reached from the jump host', async () => {
    const { connect, target } = via(block('web1', inner, 'ProxyJump gate'), block('gate', gate))
    const port = await freePort()
    const problem = await problemOf(connect({ ...target, port }))
    expect(problem).toMatchObject({ code: 'host.unreachable', message: expect.stringContaining(`127.0.0.1:${port}`) })
  })

  it('is refused with a reason where it wants a ProxyCommand', async () => {
    const { connect, target } = via(block('web1', inner, 'ProxyCommand nc %h %p'))
    const problem = await problemOf(connect(target))
    expect(problem).toMatchObject({ code: 'host.unreachable', hint: expect.stringContaining('ProxyJump') })
  })

  it('is refused with the words of ssh where it is wrong', async () => {
    const { connect, target } = via(block('web1', inner, 'Port many'))
    const problem = await problemOf(connect(target))
    expect(problem.detail).toMatch(/config-\d+ line \d+: .*port/)
  })
})
