import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Script } from 'node:vm'
import { expect, test } from 'vitest'

const bin = fileURLToPath(new URL('../../bin', import.meta.url))

test('the command starts from code that was compiled for it', () => {
  const launcher = readFileSync(join(bin, 'fettle'), 'utf8')
  const bundle = /fettle-[0-9a-f]{12}\.cjs/.exec(launcher)?.[0] ?? ''
  const compiled = readdirSync(join(bin, 'lib')).filter((name) => name.startsWith(`${bundle}.`))
  expect(compiled).toEqual([`${bundle}.${process.version}-${process.arch}`])
  const names = 'exports,require,module,__filename,__dirname'
  const source = `(function (${names}) {${readFileSync(join(bin, 'lib', bundle), 'latin1')}\n})`
  const cachedData = readFileSync(join(bin, 'lib', compiled[0] ?? ''))
  expect(new Script(source, { cachedData }).cachedDataRejected).toBe(false)
  expect(new Script(`${source} `, { cachedData }).cachedDataRejected).toBe(true)
})
