import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Target } from '../../engine/core/ports.ts'
import { connectFrom } from '../../engine/transport/ssh/connect.ts'
import type { Surroundings } from '../../engine/transport/ssh/surroundings.ts'
import { type Agent, startAgent } from './support/agent.ts'
import { problemOf } from './support/problem.ts'
import { makeKey, type Sshd, startSshd } from './support/sshd.ts'

describe('logging in with keys', () => {
  let sshd: Sshd
  let agent: Agent
  let bare: Target
  beforeAll(async () => {
    sshd = await startSshd('MaxAuthTries 3')
    agent = await startAgent()
    for (const stranger of ['s1', 's2', 's3', 's4']) makeKey(at(stranger), 'ed25519')
    makeKey(at('rsa'), 'rsa')
    makeKey(at('locked'), 'ed25519', 'open sesame')
    for (const key of ['rsa', 'locked']) allow(key)
    const { keyFiles: _none, ...rest } = sshd.target
    bare = rest
  })
  afterAll(async () => {
    await agent.stop()
    await sshd.stop()
  })

  const at = (name: string) => join(sshd.folder, name)
  const allow = (key: string) =>
    writeFileSync(
      at('authorized_keys'),
      readFileSync(at('authorized_keys'), 'utf8') + readFileSync(`${at(key)}.pub`, 'utf8'),
    )
  const around = (extra: Partial<Surroundings> = {}): Surroundings => ({
    user: 'somebody',
    home: sshd.folder,
    configFiles: [],
    ...extra,
  })
  const connects = async (target: Target, from = around()) => {
    const session = await connectFrom(from)(target)
    expect((await session.run('echo in')).stdout).toBe('in\n')
    await session.close()
  }
  const fails = (target: Target, from = around()) => problemOf(connectFrom(from)(target))

  it.each(['user', 'rsa'])('works with the key file %s', async (key) => {
    await connects({ ...bare, keyFiles: [at(key)] })
  })

  it('finds the usual key files', async () => {
    const home = at('home')
    mkdirSync(join(home, '.ssh'), { recursive: true })
    copyFileSync(at('user'), join(home, '.ssh/id_ed25519'))
    await connects(bare, around({ home }))
  })

  it('works with an agent, and offers only chosen keys of it', async () => {
    await agent.add(at('user'))
    await connects(bare, around({ agent: agent.socket }))
    await agent.empty()
    for (const stranger of ['s1', 's2', 's3', 's4']) await agent.add(at(stranger))
    await agent.add(at('locked'), 'open sesame')
    await connects({ ...bare, keyFiles: [at('locked')] }, around({ agent: agent.socket }))
    await connects({ ...bare, keyFiles: [`${at('locked')}.pub`] }, around({ agent: agent.socket }))
  })

  it('goes on without an agent that does not answer', async () => {
    await connects({ ...bare, keyFiles: [at('user')] }, around({ agent: at('no-agent') }))
  })

  it('asks for a passphrase once, for many hosts', async () => {
    let asked = 0
    const passphrase = async () => {
      asked += 1
      return 'open sesame'
    }
    const target = { ...bare, keyFiles: [at('locked')], passphrase }
    await Promise.all([connects(target), connects(target), connects(target)])
    expect(asked).toBe(1)
  })

  it('does not count the time that a person takes to answer', async () => {
    const passphrase = () => new Promise<string>((resolve) => setTimeout(resolve, 2600, 'open sesame'))
    const deadlines = { connect: 2500, idle: 15_000 }
    await connects({ ...bare, keyFiles: [at('locked')], passphrase, deadlines })
  })

  it.each<[string, () => Partial<Target>, RegExp]>([
    ['a wrong passphrase', () => ({ keyFiles: [at('locked')], passphrase: async () => 'wrong' }), /does not open it/],
    ['no passphrase to be had', () => ({ keyFiles: [at('locked')] }), /needs a passphrase/],
    ['a missing file', () => ({ keyFiles: [at('absent')] }), /no such file/],
    ['a file that is no key', () => ({ keyFiles: [at('sshd_config')] }), /cannot be used/],
    ['a file that others may read', () => ({ keyFiles: [at('s1')] }), /others may read it/],
  ])('refuses %s', async (_what, extra, message) => {
    chmodSync(at('s1'), 0o644)
    chmodSync(at('sshd_config'), 0o600)
    const problem = await fails({ ...bare, ...extra() })
    expect(problem).toMatchObject({ code: 'auth.key', host: 'web1', message: expect.stringMatching(message) })
    chmodSync(at('s1'), 0o600)
  })

  it('lists what was tried when the host refuses', async () => {
    const problem = await fails({ ...bare, keyFiles: [at('s2'), at('s3')] })
    expect(problem).toMatchObject({
      code: 'auth.refused',
      message: expect.stringContaining(`${bare.user}@127.0.0.1:${sshd.port}`),
    })
    expect(problem.detail).toContain(`${at('s2')}, ${at('s3')}`)
    expect(problem.detail).toContain('the host accepts: publickey')
  })

  it('says so when the host had enough of our keys', async () => {
    const problem = await fails({ ...bare, keyFiles: [at('s1'), at('s2'), at('s3'), at('s4')] })
    expect(problem.code).toBe('auth.refused')
    expect(problem.detail).toContain('Too many authentication failures')
  })

  it('says so when there is nothing to try', async () => {
    const problem = await fails(bare, around({ home: at('nowhere') }))
    expect(problem.detail).toContain('nothing, there is no key and no password')
  })
})
