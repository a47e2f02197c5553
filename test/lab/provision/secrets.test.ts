import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { beforeAll, describe, expect, test } from 'vitest'
import { encrypt, recipientOf } from '../../../engine/secrets/age.ts'
import { makeIdentity } from '../../../engine/secrets/identity.ts'
import { program } from '../../cli/support/run.ts'
import { sopsFile } from '../../unit/secrets/sops.ts'
import { usePracticeHosts } from '../harness.ts'
import { traced, watchLogIns } from '../support/programs.ts'
import { type Site, type Told, useSite } from '../support/site.ts'
import { deedsOf, nothing } from '../support/told.ts'

const lab = usePracticeHosts(['web1'])
const sh = async (script: string) => (await lab.host('web1').sh(script)).stdout

const word = (name: string) => `${name}-${randomBytes(9).toString('hex')}`
const values = {
  kept: word('kept'),
  env: word('env'),
  file: `-----BEGIN KEY-----\n${word('first')}\n${word('second')}\n-----END KEY-----\n`,
  cmd: `${word('cmd')} 'with "quotes" & $(id)`,
  vault: word('vault'),
  sops: word('sops'),
}
let made = ''

/** Everything that nobody may see: values, lines of values, their bare hashes and encodings. */
const forms = () =>
  [...Object.values(values), made].flatMap((value) => [
    ...value.split('\n').filter((line) => line.length > 12 && !line.startsWith('-----')),
    Buffer.from(value).toString('base64').slice(0, 16),
    createHash('sha256').update(value).digest('hex'),
  ])

const seenIn = (text: string) => forms().filter((form) => text.includes(form))

let site: Site

const siteYml = (more = '') => `
name: secrets
groups:
  web:
    keeper:
      secrets:
        kept: secret:kept
        env: env:FETTLE_TEST_SECRET
        file: file:keys/key
        cmd: cmd:cat keys/cmd
        vault: !vault |
${sealed}
        sops: sops:keys/sops.yml#a.b
${more}`

let sealed = ''

beforeAll(async () => {
  site = await useSite({ siteYml: '', hosts: { web: [lab.host('web1')] } })
  const at = (name: string) => join(site.folder, name)
  for (const folder of ['keys', 'templates/keeper']) mkdirSync(at(folder), { recursive: true })
  const write = (name: string, text: string) => writeFileSync(at(name), text, { mode: 0o600 })
  const recipient = await makeIdentity(at('identity'))
  const [identity = ''] = /AGE-SECRET-KEY-\S+/.exec(readFileSync(at('identity'), 'utf8')) ?? []
  expect(await recipientOf(identity)).toBe(recipient)
  write('inventory/lab.secrets.age', await encrypt(`kept: ${values.kept}\n`, { recipients: [recipient] }))
  write('keys/key', values.file)
  write('keys/cmd', values.cmd)
  write('keys/password', 'correct horse\n')
  write('keys/sops.yml', await sopsFile({ a: { b: values.sops } }, [identity]))
  write(
    'templates/keeper/all',
    '{% for name, value in secrets %}{{ name }}={{ value | quote }}\n{% endfor %}made={{ made }}\n',
  )
  const vault = ['encrypt_string', '--vault-password-file', at('keys/password'), '--stdin-name', 'a']
  const { stdout } = await execa('ansible-vault', vault, { input: values.vault, env: { HOME: site.folder } })
  sealed = stdout.split('\n').slice(1).join('\n')
  await site.describe(siteYml())
  Object.assign(process.env, {
    FETTLE_IDENTITY: at('identity'),
    FETTLE_TEST_SECRET: values.env,
    ANSIBLE_VAULT_PASSWORD_FILE: at('keys/password'),
  })
  return () => {
    for (const name of ['FETTLE_IDENTITY', 'FETTLE_TEST_SECRET', 'ANSIBLE_VAULT_PASSWORD_FILE'])
      delete process.env[name]
  }
})

/** What a run told anybody, now or later. */
const toldBy = (told: Told): string => {
  const runs = join(site.folder, '.fettle/runs')
  return [told.stdout, told.stderr, ...readdirSync(runs).map((name) => readFileSync(join(runs, name), 'utf8'))].join(
    '\n',
  )
}

const generated = async () => (await sh('cat /etc/keeper/joined')).replace('made is ', '').trim()

/** Not what comes from the environment, which is in that of the command. */
const words = () => Object.values({ ...values, env: '' }).flatMap((value) => value.match(/[a-z]+-[0-9a-f]{18}/g) ?? [])

const startedWith = (trace: string) => readFileSync(join(site.folder, trace), 'utf8').split('\n')

test('secrets from everywhere come to a host, and no program is started with one', async () => {
  const host = await watchLogIns(lab.host('web1'), join(site.folder, 'trace-there'))
  const command = traced('trace-here', [process.execPath, program, 'provision', '--yes', '--json'])
  const [name = '', ...args] = command
  const { exitCode, stdout, stderr } = await execa(name, args, { cwd: site.folder })
  await lab.host('web1').sh('true a-word-that-is-seen')
  await host.stop()
  made = await generated()
  expect(made).toMatch(/^\w{32}$/)
  expect({ exitCode, stderr: seenIn(stderr), stdout: seenIn(stdout) }).toEqual({ exitCode: 0, stderr: [], stdout: [] })
  for (const [name, value] of Object.entries(values)) expect(await sh(`cat /etc/keeper/${name}`)).toBe(value)
  for (const trace of ['trace-here', 'trace-there'])
    expect(startedWith(trace).filter((line) => [...words(), made].some((word) => line.includes(word)))).toEqual([])
  expect(startedWith('trace-here').filter((line) => line.includes('cat keys/cmd'))).not.toEqual([])
  expect(startedWith('trace-there').filter((line) => line.includes('a-word-that-is-seen'))).not.toEqual([])
})

test('on the host they are where they belong, and nowhere else', async () => {
  // What is looked for is written in another form, so that the log of who looks is not found.
  const pattern = Buffer.from(forms().join('\n')).toString('hex')
  const found = await sh(`
perl -e 'print pack "H*", shift' ${pattern} >/run/words
grep -raFlf /run/words / --exclude-dir=proc --exclude-dir=sys --exclude=words 2>/dev/null | sort
journalctl --no-pager -o json --output-fields=MESSAGE,_CMDLINE | grep -cFf /run/words
rm /run/words`)
  const places = [...Object.keys(values), 'all', 'joined', 'made'].map((name) => `/etc/keeper/${name}`).sort()
  expect(found.split('\n').filter((line) => line !== '')).toEqual([...places, '0'])
  expect(await sh('stat -c "%a %U:%G %n" /etc/keeper/* /var/lib/fettle/key | sort')).toBe(
    [
      '400 root:root /etc/keeper/joined',
      ...['cmd', 'env', 'file', 'kept', 'made', 'sops', 'vault'].map((name) => `600 root:root /etc/keeper/${name}`),
      '600 root:root /var/lib/fettle/key',
      '640 root:adm /etc/keeper/all',
      '',
    ].join('\n'),
  )
})

test('here they are where they were put, and what was generated is nowhere in the clear', async () => {
  const { stdout } = await execa('grep', ['-raFlf', '-', '--exclude=trace-*', '.'], {
    cwd: site.folder,
    input: forms().join('\n'),
  })
  expect(stdout.split('\n').sort()).toEqual(['./keys/cmd', './keys/key'])
})

test('a second run has nothing to do', async () => {
  expect(deedsOf(await site.fettle('provision', '--yes', '--json'), 'web1')).toEqual(nothing)
})

describe('what a host gives back of them', () => {
  test.each([['--json'], ['-v'], ['--json', '-v']])('is hidden: %s', async (...options) => {
    await sh('rm /etc/keeper/all')
    await site.describe(siteYml('      refuses: true\n'))
    const told = await site.fettle('provision', '--yes', ...options)
    expect(told.exit).toBe(3)
    expect(toldBy(told)).toContain('validation.failed')
    expect(toldBy(told)).toContain('made=(secret value)')
    expect(seenIn(toldBy(told))).toEqual([])
    await site.describe(siteYml())
  })
})

test('what was generated is replaced through the roles that use it', async () => {
  await site.fettle('provision', '--yes')
  const before = await generated()
  const { stdout } = await site.fettle('secrets', 'rotate', '--generated')
  expect(stdout).toBe('keeper.made: role keeper on web1\n')
  const told = await site.fettle('provision', '--yes', '--json')
  expect(deedsOf(told, 'web1').changed).toEqual(['all', 'joined', 'made'].map((name) => `file:/etc/keeper/${name}`))
  made = await generated()
  expect(made).toMatch(/^\w{32}$/)
  expect(made).not.toBe(before)
  expect(seenIn(toldBy(told))).toEqual([])
})
