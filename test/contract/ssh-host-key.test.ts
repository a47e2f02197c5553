import { execFileSync } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Target } from '../../engine/core/ports.ts'
import { connectSsh } from '../../engine/transport/ssh/connect.ts'
import { problemOf } from './support/problem.ts'
import { makeKey, type Sshd, startSshd } from './support/sshd.ts'

describe('host keys', () => {
  let sshd: Sshd
  let name = ''
  let count = 0
  beforeAll(async () => {
    sshd = await startSshd('LogLevel VERBOSE')
    name = `[127.0.0.1]:${sshd.port}`
    makeKey(join(sshd.folder, 'other'), 'ed25519')
  })
  afterAll(() => sshd.stop())

  const publicKey = (file: string) => readFileSync(join(sshd.folder, `${file}.pub`), 'utf8').trim()
  const print = (file: string) =>
    execFileSync('ssh-keygen', ['-lf', join(sshd.folder, `${file}.pub`)], { encoding: 'utf8' }).split(' ')[1]
  const known = (...lines: string[]): string => {
    count += 1
    const file = join(sshd.folder, `known-${count}`)
    writeFileSync(file, lines.join('\n'))
    return file
  }
  const target = (file: string, extra: Partial<Target> = {}): Target => ({
    ...sshd.target,
    knownHosts: [file],
    ...extra,
  })
  const connects = async (to: Target) => {
    const session = await connectSsh(to)
    await session.close()
  }

  it.each([
    ['its only recorded type, though the host prefers another', () => known(`${name} ${publicKey('host_rsa')}`)],
    ['a pattern', () => known(`[127.*]:*,!other ${publicKey('host')}`)],
    ['the second of two keys', () => known(`${name} ${publicKey('other')}`, `${name} ${publicKey('host')}`)],
    [
      'a hashed name',
      () => {
        const file = known(`${name} ${publicKey('host')}`)
        execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'ignore' })
        return file
      },
    ],
  ])('lets a host in that is known by %s', async (_by, file) => {
    await connects(target(file()))
  })

  it('refuses an unknown host, with its fingerprint and the line that would make it known', async () => {
    const problem = await problemOf(connectSsh(target(known(`elsewhere ${publicKey('host')}`))))
    expect(problem).toMatchObject({ code: 'host.key.unknown', host: 'web1' })
    expect(problem.message).toContain(`ssh-ed25519 ${print('host')}`)
    const line = problem.hint?.split('\n').find((each) => each.startsWith(name))
    await connects(target(known(line ?? 'no line')))
  })

  it('refuses a changed host, with both fingerprints and the place of the recorded one', async () => {
    const file = known('# a comment', `${name} ${publicKey('other')}`)
    for (const hostKeys of ['strict', 'accept-new'] as const) {
      const problem = await problemOf(connectSsh(target(file, { hostKeys })))
      expect(problem).toMatchObject({ code: 'host.key.changed', position: { file, line: 2 } })
      expect(problem.detail).toContain(`recorded: ssh-ed25519 ${print('other')}`)
      expect(problem.detail).toContain(`offered:  ssh-ed25519 ${print('host')}`)
    }
  })

  it('refuses a revoked key, whatever else is recorded', async () => {
    const file = known(`${name} ${publicKey('host')}`, `@revoked * ${publicKey('host')}`)
    const problem = await problemOf(connectSsh(target(file)))
    expect(problem).toMatchObject({ code: 'host.key.revoked', position: { file, line: 2 } })
  })

  it('says that a certificate authority does not make a bare key known', async () => {
    const problem = await problemOf(connectSsh(target(known(`@cert-authority * ${publicKey('host')}`))))
    expect(problem.code).toBe('host.key.unknown')
    expect(problem.hint).toContain('@cert-authority')
  })

  it('records a new host where that is allowed, and knows it from then on', async () => {
    const file = join(sshd.folder, 'new', 'known_hosts')
    await connects(target(file, { hostKeys: 'accept-new' }))
    expect(readFileSync(file, 'utf8').trim()).toBe(`${name} ${publicKey('host').split(' ').slice(0, 2).join(' ')}`)
    expect([statSync(file).mode & 0o777, statSync(join(sshd.folder, 'new')).mode & 0o777]).toEqual([0o600, 0o700])
    await connects(target(file))
  })

  it('adds to a file whose last line lacks its newline', async () => {
    const file = known('# unfinished')
    await connects(target(file, { hostKeys: 'accept-new' }))
    expect(readFileSync(file, 'utf8')).toMatch(/^# unfinished\n\[127.0.0.1\]:\d+ ssh-ed25519 \S+\n$/)
  })

  describe('on another port than the usual one', () => {
    const other = (file: string, extra: Partial<Target> = {}) =>
      target(file, { port: 22, otherPort: sshd.port, ...extra })

    it('lets a host in whose key is recorded for the usual one', async () => {
      const file = known(`127.0.0.1 ${publicKey('host')}`)
      await connects(other(file, { hostKeys: 'accept-new' }))
      expect(readFileSync(file, 'utf8')).toBe(`127.0.0.1 ${publicKey('host')}`)
    })

    it('takes no other key, and no new one', async () => {
      const changed = await problemOf(connectSsh(other(known(`127.0.0.1 ${publicKey('other')}`))))
      expect(changed.code).toBe('host.key.changed')
      const file = known(`${name} ${publicKey('host')}`)
      const unknown = await problemOf(connectSsh(other(file, { hostKeys: 'accept-new' })))
      expect(unknown.code).toBe('host.key.unknown')
      expect(readFileSync(file, 'utf8')).toBe(`${name} ${publicKey('host')}`)
    })

    it('is dialled there', async () => {
      const problem = await problemOf(connectSsh(target(known(''), { port: sshd.port, otherPort: 1 })))
      expect(problem).toMatchObject({ code: 'host.unreachable', message: expect.stringContaining('127.0.0.1:1') })
    })
  })

  it('says where the same key is recorded, once sshd has moved', async () => {
    const problem = await problemOf(connectSsh(target(known(`127.0.0.1 ${publicKey('host')}`))))
    expect(problem.code).toBe('host.key.unknown')
    expect(problem.hint).toContain('the same key is recorded for 127.0.0.1')
    const line = problem.hint?.split('\n').find((each) => each.startsWith(name))
    await connects(target(known(line ?? 'no line')))
  })

  it('is checked before anything is said about who we are', async () => {
    await problemOf(connectSsh(target(known(''), { user: 'nobody-should-see-this' })))
    expect(sshd.log()).toContain('Connection')
    expect(sshd.log()).not.toContain('nobody-should-see-this')
  })
})
