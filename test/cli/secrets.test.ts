import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { problemsIn } from './support/problems.ts'
import { openSession, plain } from './support/pty.ts'
import { program, surroundings } from './support/run.ts'
import { type Files, makeSite, type Site, silentFiles } from './support/site.ts'

const role = `import { defineRole, file, secret, secretFrom, z } from 'fettle'

export default defineRole({
  name: 'shop',
  summary: 'Keeps a shop.',
  settings: z.strictObject({ password: secret().optional().describe('Of the database'), key: secretFrom('generate') }),
  resources: ({ settings, render }) => [file.present({ path: '/etc/shop', content: render('shop/env', settings) })],
})
`

const shopFiles: Files = {
  ...silentFiles,
  'roles/shop/index.ts': role,
  'templates/shop/env': 'KEY={{ key }}\n',
  'site.yml': 'name: silent\ngroups:\n  web:\n    shop:\n      password: secret:db\n',
}

const shop = async (files: Files = {}): Promise<Site> => {
  const site = makeSite({ ...shopFiles, ...files })
  expect((await site.fettle('secrets', 'init')).exit).toBe(0)
  return site
}

const file = 'inventory/test.secrets.age'
const set = (site: Site, name: string, input: string) => site.fettleWith({ input }, 'secrets', 'set', name)
const get = async (site: Site, name: string) => (await site.fettle('secrets', 'get', name)).stdout
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

describe('keeping secrets', () => {
  test('init makes a key, the file and the list of who may open it', async () => {
    const site = await shop()
    expect(modeOf(join(site.folder, '.config/fettle/identity'))).toBe('600')
    const recipient = readFileSync(join(site.folder, 'inventory/test.secrets.recipients'), 'utf8')
    expect(recipient).toMatch(/^age1\w+\n$/)
    expect((await site.fettle('secrets', 'recipients')).stdout).toBe(recipient)
    const again = await site.fettle('secrets', 'init')
    expect({ exit: again.exit, problems: problemsIn(again.stderr) }).toEqual({
      exit: 64,
      problems: [{ code: 'usage', message: `there is ${file} already` }],
    })
  })

  test('what is set can be got, listed and removed, and age opens it', async () => {
    const site = await shop()
    expect(await set(site, 'db', 'hunter22\n')).toEqual({ exit: 0, stdout: '', stderr: '' })
    await set(site, 'key', '-----BEGIN-----\nMC4C\n')
    expect(await get(site, 'db')).toBe('hunter22\n')
    expect(await get(site, 'key')).toBe('-----BEGIN-----\nMC4C\n')
    expect((await site.fettle('secrets', 'list')).stdout).toBe('db\nkey\n')
    expect(readFileSync(join(site.folder, file), 'latin1')).not.toContain('hunter22')
    const { stdout } = await execa('age', ['-d', '-i', '.config/fettle/identity', file], { cwd: site.folder })
    expect(stdout).toMatch(/^db: "hunter22"$/m)
    expect((await site.fettle('secrets', 'remove', 'db')).exit).toBe(0)
    const { exit, stderr } = await site.fettle('secrets', 'get', 'db')
    expect({ exit, problems: problemsIn(stderr) }).toEqual({
      exit: 1,
      problems: [
        { code: 'secret.missing', message: 'there is no secret "db"', hint: 'fettle secrets list names them' },
      ],
    })
  })

  test('what age wrote is read', async () => {
    const site = await shop()
    const recipient = readFileSync(join(site.folder, 'inventory/test.secrets.recipients'), 'utf8').trim()
    await execa('age', ['-r', recipient, '-o', file], { cwd: site.folder, input: 'db: of age\n' })
    expect(await get(site, 'db')).toBe('of age\n')
  })

  test('rotate lets others in, and nobody else', async () => {
    const site = await shop()
    await set(site, 'db', 'hunter22')
    await execa('age-keygen', ['-o', 'theirs'], { cwd: site.folder })
    const { stdout: recipient } = await execa('age-keygen', ['-y', 'theirs'], { cwd: site.folder })
    const { exit, stderr } = await site.fettle('secrets', 'rotate', '--recipient', recipient)
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: expect.stringContaining('None of these keys is yours') })
    expect((await site.fettle('secrets', 'recipients')).stdout).toBe(`${recipient}\n`)
    expect(problemsIn((await site.fettle('secrets', 'get', 'db')).stderr)).toMatchObject([{ code: 'secret.locked' }])
    expect((await site.fettle('secrets', 'get', 'db', '--identity', 'theirs')).stdout).toBe('hunter22\n')
  })

  test('rotate --generated makes new values, and says where they go', async () => {
    const site = await shop()
    await set(site, 'db', 'hunter22')
    // Nobody answers, but what is to be placed is made before anybody is asked.
    await site.fettle('provision', '--yes')
    const before = await get(site, 'shop.key')
    expect(before).toMatch(/^\w{32}\n$/)
    const { stdout } = await site.fettle('secrets', 'rotate', '--generated')
    expect(stdout).toBe('shop.key: role shop on web[1:2]\n')
    expect(await get(site, 'shop.key')).toMatch(/^\w{32}\n$/)
    expect(await get(site, 'shop.key')).not.toBe(before)
    expect(await get(site, 'db')).toBe('hunter22\n')
  })

  test('but leaves what is to last', async () => {
    const site = await shop({
      'site.yml': 'name: silent\ngroups:\n  web:\n    shop: { key: generate lasting=yes }\n',
    })
    await site.fettle('provision', '--yes')
    const before = await get(site, 'shop.key')
    expect(before).toMatch(/^\w{32}\n$/)
    const { stderr } = await site.fettle('secrets', 'rotate', '--generated')
    expect(stderr).toContain('No secret was generated, so none was replaced.')
    expect(await get(site, 'shop.key')).toBe(before)
  })

  test('a plan keeps nothing that it made', async () => {
    const site = await shop()
    await set(site, 'db', 'hunter22')
    const before = readFileSync(join(site.folder, file))
    await site.fettle('plan')
    expect(readFileSync(join(site.folder, file))).toEqual(before)
  })
})

describe('editing', () => {
  const edit = (site: Site, script: string, env: Readonly<Record<string, string>> = {}) => {
    site.write({
      'editor.sh': `#!/bin/sh\nls -ld "\${1%/*}" "$1" >"$HOME/seen"; echo "$1" >"$HOME/where"\n${script}\n`,
    })
    return site.fettleWith({ env: { EDITOR: `sh ${site.folder}/editor.sh`, ...env } }, 'secrets', 'edit')
  }
  const seen = (site: Site, name: string) => readFileSync(join(site.folder, name), 'utf8').trim()

  test('what the editor wrote is kept, and what it was shown is gone', async () => {
    const site = await shop()
    await set(site, 'db', 'hunter22')
    expect((await edit(site, 'sed -i "s/hunter22/other22/" "$1"; echo "more: text" >>"$1"; : >"$1~"')).exit).toBe(0)
    expect([await get(site, 'db'), await get(site, 'more')]).toEqual(['other22\n', 'text\n'])
    expect(seen(site, 'seen')).toMatch(/^drwx------.*\n-rw-------/)
    expect(existsSync(join(seen(site, 'where'), '..'))).toBe(false)
  })

  test.each([
    ['nothing was changed', ':', 0],
    ['the editor failed', 'echo "db: other22" >"$1"; exit 1', 64],
    ['it cannot be read', 'echo "db: [other22" >"$1"', 1],
  ])('%s: nothing is kept, nothing left', async (_, script, exit) => {
    const site = await shop()
    await set(site, 'db', 'hunter22')
    const before = readFileSync(join(site.folder, file))
    const answer = await edit(site, script)
    expect(answer.exit).toBe(exit)
    expect(answer.stderr).not.toContain('other22')
    expect(readFileSync(join(site.folder, file))).toEqual(before)
    expect(existsSync(join(seen(site, 'where'), '..'))).toBe(false)
  })

  test.each(['SIGTERM', 'SIGHUP'] as const)('ended by %s, it leaves nothing', async (signal) => {
    const site = await shop()
    site.write({ 'editor.sh': 'echo "$1" >where.new; mv where.new where; exec sleep 100\n' })
    const child = execa(process.execPath, [program, 'secrets', 'edit'], {
      cwd: site.folder,
      env: { ...surroundings(site.folder), EDITOR: `sh ${site.folder}/editor.sh` },
      extendEnv: false,
      reject: false,
    })
    await expect.poll(() => existsSync(join(site.folder, 'where')), { timeout: 30_000 }).toBe(true)
    child.kill('SIGINT')
    child.kill(signal)
    expect((await child).exitCode).toBe(130)
    expect(existsSync(join(seen(site, 'where'), '..'))).toBe(false)
  })

  test('a change by somebody else meanwhile is not overwritten', async () => {
    const site = await shop()
    const other = `printf hunter22 | "${process.execPath}" "${process.cwd()}/bin/fettle" secrets set db`
    const { exit, stderr } = await edit(site, `${other}; echo "db: other22" >"$1"`)
    expect({ exit, problems: problemsIn(stderr) }).toMatchObject({ exit: 1, problems: [{ code: 'changed.under' }] })
    expect(await get(site, 'db')).toBe('hunter22\n')
  })
})

test('with a passphrase, asked for at a terminal', async () => {
  const site = makeSite(shopFiles)
  const answers = async (session: ReturnType<typeof openSession>, ...lines: readonly [RegExp, string][]) => {
    for (const [question, answer] of lines) {
      await expect.poll(() => plain(session.said()), { timeout: 20_000 }).toMatch(question)
      session.type(`${answer}\r`)
    }
    return session.ended
  }
  const made = await answers(
    openSession(site.folder, ['secrets', 'init', '--passphrase']),
    [/new passphrase of inventory\/test\.secrets\.age/, 'correct horse'],
    [/the same again/, 'correct horse'],
  )
  expect(made.exit).toBe(0)
  const kept = await answers(
    openSession(site.folder, ['secrets', 'set', 'db']),
    [/value of db/, 'hunter22'],
    [/passphrase of inventory\/test\.secrets\.age/, 'correct horse'],
  )
  expect({ exit: kept.exit, shown: kept.said.includes('hunter22') }).toEqual({ exit: 0, shown: false })
  const { stdout } = await site.fettleWith({ input: 'correct horse\n' }, 'secrets', 'get', 'db')
  expect(stdout).toBe('hunter22\n')
})

describe('a site whose secrets cannot be had', () => {
  test('is told all of it at once, and no host is asked', async () => {
    const site = await shop({
      'inventory/host_vars/web1.yml': 'shop: { password: env:NO_SUCH_VARIABLE }\n',
    })
    const { exit, stderr } = await site.fettle('plan')
    expect({ exit, problems: problemsIn(stderr) }).toEqual({
      exit: 1,
      problems: [
        {
          code: 'secret.missing',
          message: 'shop.password: the environment has no NO_SUCH_VARIABLE',
          at: 'inventory/host_vars/web1.yml:1:19',
          line: 'shop: { password: env:NO_SUCH_VARIABLE }',
          hint: 'set it where Fettle is started',
        },
        {
          code: 'secret.missing',
          message: `shop.password: ${file} has no secret "db"`,
          at: 'site.yml:5:17',
          line: '      password: secret:db',
          hint: '`fettle secrets set db` puts it there',
        },
      ],
    })
  })

  test('on the command line there is no place for one', async () => {
    const site = await shop()
    const { exit, stderr } = await site.fettle('provision', '--yes', '--set', 'shop.password=hunter22')
    expect({ exit, problems: problemsIn(stderr) }).toMatchObject({
      exit: 1,
      problems: [{ code: 'settings.invalid', at: '--set shop.password=********' }],
    })
    expect(stderr).not.toContain('hunter22')
    expect(existsSync(join(site.folder, '.fettle/runs')) ? readdirSync(join(site.folder, '.fettle/runs')) : []).toEqual(
      [],
    )
  })

  test('nothing at all is asked of a site without secrets', async () => {
    const site = makeSite({ ...shopFiles, 'site.yml': 'name: silent\ngroups: { web: {} }\n' })
    expect((await site.fettleWith({ env: { FETTLE_IDENTITY: '/nonexistent' } }, 'plan')).stderr).not.toMatch(/secret\./)
  })
})

describe('Ansible Vault', () => {
  const sealed = async (site: Site, path: string, text: string) => {
    site.write({ password: 'correct horse\n', [path]: text })
    await execa('ansible-vault', ['encrypt', '--vault-password-file', 'password', path], {
      cwd: site.folder,
      env: { HOME: site.folder },
    })
  }

  test('an encrypted file of variables is read with its password, and shown to nobody', async () => {
    const site = await shop()
    await sealed(site, 'inventory/group_vars/web.yml', 'shop: { password: hunter22 }\nnumber: 3\n')
    const list = ['inventory', '--host', 'web1', '--vault-password-file', 'password']
    const { exit, stdout } = await site.fettle(...list)
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: expect.stringContaining('"password": "(secret value)"') })
    const fromEnvironment = { env: { ANSIBLE_VAULT_PASSWORD_FILE: 'password' } }
    const explained = await site.fettleWith(fromEnvironment, 'inventory', 'explain', 'web1', 'shop.password')
    expect(explained.stdout).toContain('inventory/group_vars/web.yml:1:19')
    expect(explained.stdout).not.toContain('hunter22')
  })

  test('without a password it is locked', async () => {
    const site = await shop()
    await sealed(site, 'inventory/group_vars/web.yml', 'number: 3\n')
    const { exit, stderr } = await site.fettle('inventory')
    expect({ exit, problems: problemsIn(stderr) }).toMatchObject({
      exit: 1,
      problems: [{ code: 'secret.locked', at: 'inventory/group_vars/web.yml' }],
    })
    site.write({ wrong: 'wrong\n' })
    const wrong = await site.fettle('inventory', '--vault-password-file', 'wrong')
    expect(problemsIn(wrong.stderr)).toMatchObject([{ code: 'secret.locked', at: 'inventory/group_vars/web.yml' }])
  })
})

test('the manual of a role names what is secret', async () => {
  const { stdout } = await makeSite(shopFiles).fettle('roles', 'shop')
  expect(stdout).toContain('| `password` | secret |  | Of the database |')
  expect(stdout).toContain('| `key` | secret | `"generate"` |  |')
})
