import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { makeSite } from './support/site.ts'

/** To bring it up to date: node bin/fettle roles --markdown > docs/roles.md */
const page = fileURLToPath(new URL('../../docs/roles.md', import.meta.url))

test('docs/roles.md says what the roles say of themselves', async () => {
  const { exit, stdout } = await makeSite({}).fettle('roles', '--markdown')
  expect({ exit, stdout }).toEqual({ exit: 0, stdout: readFileSync(page, 'utf8') })
})

test('every setting of every role is described', async () => {
  const { stdout } = await makeSite({}).fettle('roles', '--markdown')
  const rows = stdout.split('\n').filter((line) => line.startsWith('| `'))
  expect(rows.length).toBeGreaterThan(40)
  expect(rows.filter((row) => row.endsWith('|  |'))).toEqual([])
})
