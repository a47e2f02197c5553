import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { FettleError, type Problem } from '../../../engine/core/error.ts'
import { reveal, Secret } from '../../../engine/core/secret.ts'
import { readReference, type WantedSecret } from '../../../engine/core/secret-reference.ts'
import { encrypt, newIdentity, recipientOf } from '../../../engine/secrets/age.ts'
import { readAgeFile } from '../../../engine/secrets/age-file.ts'
import { generating } from '../../../engine/secrets/generate.ts'
import { type Making, madeOnce } from '../../../engine/secrets/made.ts'
import { resolveSecrets } from '../../../engine/secrets/resolve.ts'
import { keysOf, newFolder, write } from './folder.ts'

let folder: string
let identity: string

beforeEach(async () => {
  folder = newFolder()
  identity = await newIdentity()
  write(folder, 'lab.secrets.age', await encrypt('db: hunter22\n', { recipients: [await recipientOf(identity)] }))
})

const wantedOf = (text: string): WantedSecret => {
  const reference = readReference(text)
  if (!reference) throw new Error(`${text} is no reference`)
  const problem = (trouble: Pick<Problem, 'code' | 'message'>) => ({ ...trouble, position: { file: text } })
  return { secret: new Secret(), reference, setting: 'shop.a', problem }
}

const keeper = (wanted: readonly WantedSecret[], more: Partial<Making> = {}) => {
  const making = { file: join(folder, 'lab.secrets.age'), keys: keysOf([identity]), keeps: true, ...more }
  return { ...making, folder, vaultPasswords: async () => [], entries: madeOnce(generating(wanted), making) }
}

const valuesOf = async (...references: string[]) => {
  const wanted = references.map(wantedOf)
  await resolveSecrets(wanted, keeper(wanted))
  return wanted.map(({ secret }) => reveal(secret))
}

const problemsOf = async (references: readonly string[], more: Partial<Making> = {}) => {
  const wanted = references.map(wantedOf)
  const error = await resolveSecrets(wanted, keeper(wanted, more)).catch((error) => error)
  if (!(error instanceof FettleError)) throw error ?? new Error('nothing was thrown')
  return error.problems
}

describe('a secret comes from', () => {
  test('the environment’s file', async () => expect(await valuesOf('secret:db')).toEqual(['hunter22']))

  test('the process’s environment', async () => {
    vi.stubEnv('FETTLE_TEST_SECRET', 'of the environment')
    expect(await valuesOf('env:FETTLE_TEST_SECRET')).toEqual(['of the environment'])
    vi.unstubAllEnvs()
  })

  test.each([
    ['one line, without its end', 'hunter22\n', 'hunter22'],
    ['one line of DOS', 'hunter22\r\n', 'hunter22'],
    ['several lines, as they are', 'BEGIN\nEND\n', 'BEGIN\nEND\n'],
  ])('a file or a command: %s', async (_, text, value) => {
    write(folder, 'key', text)
    expect(await valuesOf('file:key', `file:${folder}/key`, 'cmd:cat key')).toEqual([value, value, value])
  })

  test('a command that is run once, with no input', async () => {
    const command = 'cmd:echo x >>ran; cat; echo lines: $(wc -l <ran)'
    expect(await valuesOf(command, command)).toEqual(['lines: 1', 'lines: 1'])
  })
})

describe('what is generated', () => {
  test('is made once, kept encrypted, and the same from then on', async () => {
    const [first, other] = await valuesOf('generate:session', 'generate:pin length=8 alphabet=digits')
    expect([first, other]).toEqual([expect.stringMatching(/^\w{32}$/), expect.stringMatching(/^\d{8}$/)])
    expect(readFileSync(join(folder, 'lab.secrets.age'), 'latin1')).not.toContain(first)
    expect(await valuesOf('generate:session', 'secret:pin', 'secret:db')).toEqual([first, other, 'hunter22'])
  })

  test('may be of somebody’s choice before', async () => expect(await valuesOf('generate:db')).toEqual(['hunter22']))

  test('is not kept by who only looks', async () => {
    const before = readFileSync(join(folder, 'lab.secrets.age'))
    const wanted = wantedOf('generate:session')
    await resolveSecrets([wanted], keeper([wanted], { keeps: false }))
    expect(reveal(wanted.secret)).toMatch(/^\w{32}$/)
    expect(readFileSync(join(folder, 'lab.secrets.age'))).toEqual(before)
  })

  test('is made by one of two at the same time', async () => {
    const both = await Promise.all([valuesOf('generate:session'), valuesOf('generate:session')])
    const kept = await readAgeFile(join(folder, 'lab.secrets.age'), keysOf([identity]))
    expect(both).toEqual([[kept?.entries.get('session')?.value], [kept?.entries.get('session')?.value]])
  })
})

test('all that cannot be had is told at once, each where it is wanted', async () => {
  write(folder, 'open', 'hunter22', 0o644)
  write(folder, 'short', 'abc\n')
  const wanted = [
    'secret:bd',
    'env:FETTLE_NONE',
    'file:none',
    'file:open',
    'cmd:echo no >&2; exit 3',
    'cmd:true',
    'file:short',
  ]
  const problems = await problemsOf(wanted)
  expect(problems.map(({ code, position, message }) => [code, position?.file, message.replace(folder, '')])).toEqual([
    ['secret.missing', 'secret:bd', 'shop.a: /lab.secrets.age has no secret "bd"'],
    ['secret.missing', 'env:FETTLE_NONE', 'shop.a: the environment has no FETTLE_NONE'],
    ['secret.missing', 'file:none', expect.stringContaining('shop.a: the file of a secret cannot be read: ENOENT')],
    ['secret.invalid', 'file:open', 'shop.a: others may read open'],
    ['secret.missing', 'cmd:echo no >&2; exit 3', 'shop.a: `echo no >&2; exit 3` failed with exit status 3'],
    ['secret.missing', 'cmd:true', 'shop.a: `true` printed nothing'],
    ['secret.invalid', 'file:short', expect.stringContaining('shop.a: it has less than 4 characters')],
  ])
  expect(problems.map(({ hint }) => hint)).toContain('did you mean "db"?')
  expect(problems.map(({ detail }) => detail)).toContain('no')
})

test.each([
  ['no key', { keys: keysOf([]) }, 'secret.locked', 'there is no key to open it with'],
  ['no file', { file: '/nonexistent/lab.secrets.age' }, 'secret.missing', 'there is no /nonexistent/lab.secrets.age'],
])('with %s', async (_, more, code, words) => {
  const [problem] = await problemsOf(['secret:db'], more)
  expect(problem).toMatchObject({ code, message: expect.stringContaining(words) })
})

test('with the key of somebody else', async () => {
  const [problem] = await problemsOf(['secret:db'], { keys: keysOf([await newIdentity()]) })
  expect(problem).toMatchObject({ code: 'secret.locked', message: expect.stringContaining('none of your keys opens') })
})

test('from a damaged file', async () => {
  const text = readFileSync(join(folder, 'lab.secrets.age'), 'utf8').split('\n')
  write(folder, 'lab.secrets.age', [...text.slice(0, -3), `AAAA${text.at(-3)?.slice(4)}`, ...text.slice(-2)].join('\n'))
  expect((await problemsOf(['secret:db']))[0]).toMatchObject({ code: 'secret.invalid' })
})
