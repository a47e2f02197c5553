import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { patterns } from './canary.ts'

const watch = fileURLToPath(new URL('watch.pl', import.meta.url))

/**
 * Watches all processes of this machine, those of practice hosts too, ten times a second until it is told to stop, and then
 * names those that showed a secret. However many projects of a run start it, one watches at a time.
 */
export const startSampler = (file = patterns): (() => Promise<readonly string[]>) => {
  const found = join(dirname(file), 'processes')
  writeFileSync(found, '')
  const sampler = execa('perl', [watch, file, found, String(process.pid)], { stdio: 'ignore', reject: false })
  return async () => {
    sampler.kill()
    await sampler
    return readFileSync(found, 'utf8').split('\n').filter(Boolean)
  }
}
