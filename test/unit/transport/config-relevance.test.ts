import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mayConcern } from '../../../engine/transport/ssh/config-relevance.ts'

const distribution =
  'Include /nonexistent/ssh_config.d/*.conf\n\nHost *\n#   Port 22\n    SendEnv LANG LC_*\n    HashKnownHosts yes\n    GSSAPIAuthentication yes\n'

describe('whether the ssh configuration may concern a host', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fettle-include-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each([
    ['what distributions ship', distribution, false],
    ['nothing', '', false],
    ['another host', 'Host db1\n  Port 2222', false],
    ['this host', 'Host db1 web1\n  Port 2222', true],
    ['a pattern', 'Host web*\n  User deploy', true],
    ['all hosts, with nothing of interest', 'Host *\n  ServerAliveInterval 5', false],
    ['a line before any host', 'user=deploy', true],
    ['a condition', 'Match exec true\n  Compression yes', true],
    ['an include of unknown extent', 'Include config.d/*', true],
    ['an include for another host', 'Host db1\n  Include config.d/*', false],
  ])('%s: %s', (_what, text, expected) => {
    expect(mayConcern(text, 'web1')).toBe(expected)
  })

  it('looks into included folders', () => {
    const text = `Include ${folder}/*.conf`
    writeFileSync(join(folder, 'other.txt'), 'Port 1')
    writeFileSync(join(folder, 'a.conf'), 'Host db1\n  Port 1')
    expect(mayConcern(text, 'web1')).toBe(false)
    writeFileSync(join(folder, 'b.conf'), 'Host web1\n  Port 1')
    expect(mayConcern(text, 'web1')).toBe(true)
  })
})
