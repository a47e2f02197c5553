import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAnswer } from '../../engine/transport/ssh/config.ts'
import { mayConcern } from '../../engine/transport/ssh/config-relevance.ts'

const setting = fc.constantFrom(
  'HostName elsewhere',
  'User = deploy',
  'port 2222',
  'IdentityFile ~/.ssh/other',
  '  ProxyJump gate',
  'ServerAliveInterval 5',
  'ForwardAgent=yes',
  'StrictHostKeyChecking no',
  '# Port 1',
)
const block = fc.constantFrom(
  'Host web1',
  'Host web*',
  'host db1 WEB1',
  'Host "web1"',
  'Host db1',
  'Host db? db1',
  'Host=web1',
)
const config = fc
  .array(fc.oneof({ weight: 2, arbitrary: setting }, block), { maxLength: 6 })
  .map((lines) => lines.join('\n'))

describe('the ssh configuration is asked whenever it has something to say', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fettle-config-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const ask = (file: string) => {
    const answer = parseAnswer(
      execFileSync('ssh', ['-G', '-F', file, '--', 'web1'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    )
    return ['hostname', 'user', 'port', 'identityfile', 'proxyjump'].map((keyword) => answer.get(keyword))
  }

  it('as judged by ssh -G', () => {
    const file = join(folder, 'config')
    const usual = ask('none')
    fc.assert(
      fc.property(config, (text) => {
        fc.pre(!mayConcern(text, 'web1'))
        writeFileSync(file, text)
        expect(ask(file)).toEqual(usual)
      }),
      { numRuns: 60 },
    )
  })
})
