import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Flavor } from '../../../engine/core/database.ts'
import { identifier, literal, plainMode } from '../../../engine/core/sql.ts'
import { usePracticeHosts } from '../harness.ts'
import { sql } from './support.ts'

const lab = usePracticeHosts([
  { name: 'maria', release: 'trixie' },
  { name: 'my', release: 'sid' },
])

const servers: readonly (readonly [name: string, flavor: Flavor, packages: string])[] = [
  ['maria', 'mariadb', 'mariadb-server'],
  ['my', 'mysql', 'mysql-server'],
]

beforeAll(async () => {
  const installed = await Promise.all(
    servers.map(([name, , packages]) =>
      lab.host(name).sh(`DEBIAN_FRONTEND=noninteractive apt-get -qq -y install ${packages} >/dev/null 2>&1`),
    ),
  )
  expect(installed.map(({ exit }) => exit)).toEqual([0, 0])
})

const whole = { unit: 'grapheme' } as const
const sign = fc.constantFrom(...'\'"\\\n\r\t\0\x1a`;-#/* %_$()aé漢🦊', '--', '\\g', '\\!', 'DELIMITER x\n', "''")
const value = fc.oneof(
  fc.string(whole),
  fc.array(sign).map((parts) => parts.join('')),
)
const values = fc.sample(value, 400)

/** What a server's own settings could make of it. */
const modes = ['', 'NO_BACKSLASH_ESCAPES', 'ANSI_QUOTES,PIPES_AS_CONCAT', 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES']

const hex = (text: string): string => Buffer.from(text).toString('hex').toUpperCase()

describe.each(servers)('%s', (name, flavor) => {
  const asked = async (statements: readonly string[]) =>
    (await sql(lab.host(name), flavor, `SET NAMES utf8mb4;\n${statements.join('\n')}`)).split('\n')

  test.each(modes)('a literal is the value that it was, in mode "%s"', async (mode) => {
    await sql(lab.host(name), flavor, `SET GLOBAL sql_mode = '${mode}';`)
    const answers = await asked([plainMode, ...values.map((each) => `SELECT CONCAT('=', HEX(${literal(each)}));`)])
    expect(answers).toEqual(values.map((each) => `=${hex(each)}`))
    await sql(lab.host(name), flavor, `SET GLOBAL sql_mode = 'STRICT_TRANS_TABLES';`)
  })

  // What begins or ends with a blank or a control character the server takes for another name.
  test('a name is one, whatever is in it', async () => {
    const names = values
      .map((each) =>
        each
          .replaceAll(/[\0\r\u{10000}-\u{10ffff}]/gu, '')
          .trim()
          .slice(0, 60)
          .trim(),
      )
      .filter((each) => each !== '')
    const answers = await asked([
      plainMode,
      ...names
        .map(identifier)
        .map(
          (each) =>
            `CREATE TEMPORARY TABLE mysql.t (a_b INT, ${each} INT); SELECT COUNT(${each}) FROM mysql.t; DROP TABLE mysql.t;`,
        ),
    ])
    expect(answers).toEqual(names.map(() => '0'))
  })
})
