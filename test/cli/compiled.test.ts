import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Script } from 'node:vm'
import { expect, test } from 'vitest'

const bin = fileURLToPath(new URL('../../bin', import.meta.url))
const read = (name: string) => readFileSync(join(bin, 'lib', name), 'latin1')
const imported = (source: string) =>
  [...source.matchAll(/require\("\.\/([\w-]+\.cjs)"\)/g)].map(([, name = '']) => name)

/** The chunks of this build: what the main one imports, directly or through others. */
const chunks = (): readonly string[] => {
  const [main = ''] = /main-\w+\.cjs/.exec(readFileSync(join(bin, 'fettle'), 'utf8')) ?? []
  const found = new Set([main])
  for (const name of found) for (const other of imported(read(name))) found.add(other)
  return [...found]
}

const isRejected = (source: string, name: string) => {
  const cachedData = readFileSync(join(bin, 'lib', `${name}.${process.version}-${process.arch}`))
  return new Script(source, { cachedData }).cachedDataRejected
}

test('the command starts from code that was compiled for it', () => {
  const files = new Set(readdirSync(join(bin, 'lib')))
  const compiled = chunks().filter((name) => files.has(`${name}.${process.version}-${process.arch}`))
  const names = compiled.map((name) => name.replace(/-\w+\.cjs$/, ''))
  expect(names).toEqual(
    expect.arrayContaining(['main', 'provision', 'converge', 'connect', 'ssh2', 'jiti', 'inventory']),
  )
  expect(compiled.filter((name) => isRejected(read(name), name))).toEqual([])
  expect(isRejected(`${read(compiled[0] ?? '')} `, compiled[0] ?? '')).toBe(true)
})
