import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { program, surroundings } from './support/run.ts'
import { makeSite } from './support/site.ts'

test('SIGTERM again is the same wish: what runs is ended first', async () => {
  const site = makeSite({
    'site.yml': 'name: here\ngroups: { web: {} }\n',
    'inventory/test.yml': 'web: { hosts: { web1: { ansible_connection: local, ansible_become: false } } }\n',
  })
  const said = join(site.folder, 'said')
  const lines = () => (existsSync(said) ? readFileSync(said, 'utf8').trimEnd().split('\n') : [])
  const script = `echo $$ >>${said}; trap 'echo asked >>${said}' TERM; while :; do sleep 600; done`
  const child = spawn(process.execPath, [program, 'exec', '-l', 'web1', '--', 'sh', '-c', script], {
    ...{ cwd: site.folder, env: surroundings(site.folder), stdio: 'ignore' },
  })
  const ended = once(child, 'exit')
  await expect.poll(lines, { timeout: 60_000 }).toHaveLength(1)
  child.kill('SIGTERM')
  await expect.poll(lines, { timeout: 60_000, interval: 10 }).toContain('asked')
  child.kill('SIGTERM')
  expect(await ended).toEqual([130, null])
  await expect.poll(() => existsSync(`/proc/${lines()[0]}`), { timeout: 60_000 }).toBe(false)
}, 120_000)
