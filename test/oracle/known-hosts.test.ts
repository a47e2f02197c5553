import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { concerns, parseKnownHosts } from '../../engine/transport/known-hosts/entry.ts'

const keys = [
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdsbCAjZXJvcyBhcmUgbm90IGEga2V5IGJ1dCBvayE=',
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHNvbWUgb3RoZXIgYnl0ZXMsIDMyIG9mIHRoZW0sIG9rIQ== who@where # note',
]

const name = fc.constantFrom(
  'a',
  'b',
  'ab',
  'a.b',
  'b.a.b',
  '10.0.0.1',
  '[a]:2222',
  '[10.0.0.1]:22',
  '::1',
  '[::1]:2222',
)
const wild = fc.constantFrom('*', '?', 'a*', '*.b', '?.b', '*b', '10.0.0.*', '[a]:*', '[*]:2222', 'A.B', '*.A.?')
const pattern = fc.tuple(fc.constantFrom('', '', '', '!'), fc.oneof(name, wild)).map((parts) => parts.join(''))
const hosts = fc.array(pattern, { minLength: 1, maxLength: 4 }).map((patterns) => patterns.join(','))
const mark = fc.constantFrom('', '', '', '@revoked ', '@cert-authority ')
const entry = fc.tuple(
  fc.constantFrom('', ' ', '\t'),
  mark,
  hosts,
  fc.constantFrom(' ', '  ', '\t'),
  fc.constantFrom(...keys),
)
const line = fc.oneof(
  { weight: 5, arbitrary: entry.map((parts) => parts.join('')) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '# a comment', 'a', 'a ssh-ed25519', '@unknown a ssh-ed25519 AAAA', '   '),
  },
)
const file = fc.array(line, { maxLength: 8 }).map((lines) => `${lines.join('\n')}\n`)

describe('known_hosts is read as ssh-keygen reads it', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fettle-known-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const keygen = (...args: string[]) => spawnSync('ssh-keygen', args, { encoding: 'utf8' }).stdout
  const found = (host: string, path: string) =>
    [...keygen('-F', host, '-f', path).matchAll(/found: line (\d+)/g)].map(([, number]) => Number(number))
  const ours = (host: string, text: string) =>
    parseKnownHosts(text, 'f')
      .filter((each) => concerns(each, host))
      .map(({ line }) => line)

  it('finds the same lines', () => {
    const path = join(folder, 'known_hosts')
    fc.assert(
      fc.property(file, name, (text, host) => {
        writeFileSync(path, text)
        expect(ours(host, text)).toEqual(found(host, path))
      }),
      { numRuns: 150 },
    )
  })

  it('finds the same hashed names', () => {
    const path = join(folder, 'hashed')
    const plain = fc.array(fc.tuple(name, fc.constantFrom(...keys)), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(plain, name, (entries, host) => {
        writeFileSync(path, entries.map((entry) => `${entry.join(' ')}\n`).join(''))
        keygen('-H', '-f', path)
        const text = readFileSync(path, 'utf8')
        expect(text).not.toMatch(/^[^|]/)
        expect(ours(host, text)).toEqual(found(host, path))
        expect(ours(host, text).length).toBe(entries.filter(([each]) => each === host).length)
      }),
      { numRuns: 60 },
    )
  })
})
