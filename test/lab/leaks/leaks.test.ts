import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { writePatterns } from './canary.ts'
import { startSampler } from './sampler.ts'
import { leaks, leaksIn } from './scan.ts'

let folder: string
let word: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fettle-leaks-'))
  word = `word-${randomBytes(6).toString('hex')}`
  file = join(folder, 'patterns')
  writePatterns(word, file)
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('a secret', () => {
  test.each([
    ['an argument', (secret: string) => execa('sleep', ['5'], { argv0: secret })],
    ['the environment', (secret: string) => execa('sleep', ['5'], { env: { PASSWORD: `it is ${secret}` } })],
    [
      'an encoding',
      (secret: string) => execa('sleep', ['5'], { env: { P: Buffer.from(`x${secret}y`).toString('base64') } }),
    ],
  ])('in %s of a process is seen', async (_, start) => {
    const stop = startSampler(file)
    const shows = start(word)
    const seen = () => readFileSync(join(folder, 'processes'), 'utf8')
    await expect.poll(seen, { timeout: 5000 }).toContain(`/proc/${shows.pid}/`)
    shows.kill()
    await shows.catch(() => undefined)
    expect(await stop()).not.toEqual([])
  })

  test('is seen by whoever watches on, and nobody watches for a run that is gone', async () => {
    const [first, second] = [startSampler(file), startSampler(file)]
    await first()
    const shows = execa('sleep', ['20'], { argv0: word })
    const seen = () => readFileSync(join(folder, 'processes'), 'utf8')
    await expect.poll(seen, { timeout: 5000 }).toContain(`/proc/${shows.pid}/`)
    expect(await second()).not.toEqual([])
    shows.kill()
    await shows.catch(() => undefined)
    const watch = fileURLToPath(new URL('watch.pl', import.meta.url))
    await execa('perl', [watch, file, join(folder, 'processes'), String(shows.pid)], { timeout: 5000 })
  })

  test('that nobody shows is not seen', async () => {
    const stop = startSampler(file)
    await execa('sleep', ['0.5'])
    expect(await stop()).toEqual([])
  })

  test('in a file is found, by who may read it', async () => {
    const write = (name: string, content: string, mode: number) => {
      writeFileSync(join(folder, name), content)
      chmodSync(join(folder, name), mode)
    }
    write('private', word, 0o600)
    write('open', Buffer.from(`a ${word}`).toString('base64'), 0o644)
    write('else', 'nothing', 0o644)
    rmSync(file)
    writePatterns(word, '/dev/shm/fettle-leaks-test')
    const found = (which: 'any' | 'readable') => leaksIn(folder, which, '/dev/shm/fettle-leaks-test')
    expect((await found('any')).map((path) => path.split('/').at(-1)).sort()).toEqual(['open', 'private'])
    expect((await found('readable')).map((path) => path.split('/').at(-1))).toEqual(['open'])
    expect([
      await leaks(`a ${word}`, '/dev/shm/fettle-leaks-test'),
      await leaks('a word', '/dev/shm/fettle-leaks-test'),
    ]).toEqual([true, false])
    rmSync('/dev/shm/fettle-leaks-test')
  })
})
