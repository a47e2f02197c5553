import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { makeSite, silentFiles } from './support/site.ts'

/** Bytes of the bundle that a command loads. */
const loadedBy = async (...args: readonly string[]): Promise<number> => {
  const site = makeSite(silentFiles)
  const coverage = join(site.folder, 'coverage')
  await site.fettleWith({ env: { NODE_V8_COVERAGE: coverage } }, ...args)
  const [report = ''] = readdirSync(coverage)
  const { result } = JSON.parse(readFileSync(join(coverage, report), 'utf8')) as { result: { url: string }[] }
  const files = result.flatMap(({ url }) => (url.includes('/bin/lib/') ? [fileURLToPath(url)] : []))
  return files.reduce((sum, file) => sum + statSync(file).size, 0)
}

const kilobyte = 1000

test.each([
  [['--help'], 200],
  [['provison'], 300],
  [['inventory', '--list'], 500],
  [['inventory', '--host', 'web1'], 500],
  [['lab', 'status'], 1200],
])('fettle %s loads no more than %i kB', async (args, most) => {
  expect(await loadedBy(...args)).toBeLessThan(most * kilobyte)
})

test('a whole run loads far more than that', async () => {
  expect(await loadedBy('plan')).toBeGreaterThan(1500 * kilobyte)
})
