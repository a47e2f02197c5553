import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openSession, plain } from '../../cli/support/pty.ts'
import { makeSite } from '../../cli/support/site.ts'
import { report } from '../../faults/support/report.ts'
import { usePracticeHosts } from '../harness.ts'
import { inventoryOf, notes, wayTo } from './support.ts'

const lab = usePracticeHosts(['web1'])
const sh = async (script: string) => (await lab.host('web1').sh(script)).stdout

/** Runs where a shell takes it for code, is computed where a template engine does, and steers where a terminal does. */
const hostile = `$(touch /run/hit) \`touch /run/hit\`; "'{{7*7}}{% raw %}\u001b]0;owned\u0007\u001b[2J\u009b2J`

/** The same in a line of os-release, between single quotes. */
const name = hostile.replaceAll("'", '')

const role = `import { command, defineRole, file, user, z } from 'fettle'

export default defineRole({
  name: 'notes',
  summary: 'Believes what a host says of itself.',
  settings: z.strictObject({}),
  resources: ({ host: { facts }, render }) => [
    file.present({ path: '/etc/told', content: render('notes/note', { host: facts.hostname, text: facts.os.name }) }),
    command.run({ name: 'greet', script: 'printf %s "$1" >/etc/greeted', args: [facts.os.name], creates: '/etc/greeted' }),
    file.present({ path: '/etc/note', content: 'new\\n' }),
    user.present({ name: 'mallory', comment: 'good' }),
  ],
})
`

const site = () =>
  makeSite({
    ...notes,
    'inventory/lab.yml': inventoryOf({ web1: wayTo(lab.host('web1')) }),
    'site.yml': 'name: bad\ngroups:\n  notes:\n    notes: {}\n',
    'roles/notes/index.ts': role,
  })

const written = (text: string): string => `printf %s ${Buffer.from(text).toString('base64')} | base64 -d`

beforeAll(async () => {
  const answer = await lab.host('web1').sh(`set -e
useradd -m -u 1234 -s /bin/bash mallory
${written(`ID=debian\nVERSION_ID=12\nPRETTY_NAME='${name}'\n`)} >/etc/os-release.new
mv /etc/os-release.new /etc/os-release
perl -e 'my $n = q{$(id)"{{7*7}}}; syscall(170, $n, length $n)'
ip link add name '$(id){{7*7}}' type bridge`)
  expect(answer).toEqual({ exit: 0, stdout: '', stderr: '' })
})

beforeEach(async () => {
  await sh(`
rm -rf /run/hit /etc/told /etc/greeted /var/lib/fettle
grep -v ^mallory: /etc/passwd >/etc/passwd.new
${written(`mallory:x:1234:1234:${hostile.replaceAll(':', '')}:/home/mallory:/bin/bash\n`)} >>/etc/passwd.new
mv /etc/passwd.new /etc/passwd
${written(`${hostile}\r\n`)} >/etc/note
chmod 0644 /etc/note`)
})

/** The renderer's own: colours, lines that are written over, line ends. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const own = /\x1b\[(?:[0-9;]*m|\?(?:25|7|2026)[hl]|\d*[ABGJK])|\r?\n|\r(?=\x1b)/g

/** All other control characters. */
const steering = (said: string): readonly string[] => said.replace(own, '').match(/\p{Cc}/gu) ?? []

describe('what a host says of itself', () => {
  test('is data wherever it goes: into files, commands, and the manifest', async () => {
    const { exit, stdout, stderr } = await site().fettle('provision', '--yes', '-vv')
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    expect(await sh('cat /etc/told')).toBe(`For $(id)"{{7*7}}: ${name}\n`)
    expect(await sh('cat /etc/greeted')).toBe(name)
    expect(await sh('ls /run/hit 2>&1')).toContain('No such file')
    expect(steering(stdout)).toEqual([])
    expect((await site().fettle('plan')).exit).toBe(0)
    report({
      row: 38,
      injected: '`$(touch …)`, `{{7*7}}`, quotes and escape sequences in host name, os-release, accounts and files',
      expected: 'inert',
      measured: { S: 0, seen: 'word for word in files and commands; nothing ran, no terminal was steered' },
    })
  })

  test('steers no terminal, not in a plan with its diffs', async () => {
    const { exit, said } = await openSession(site().folder, ['plan', '-vv'], { columns: 200, rows: 60 }).ended
    expect(exit).toBe(2)
    expect(steering(said)).toEqual([])
    expect(plain(said)).toContain('-$(touch /run/hit) `touch /run/hit`; "\'{{7*7}}{% raw %}^[]0;owned^G^[[2J\\x9b2J^M')
    expect(plain(said)).toMatch(/comment: \$\(touch \/run\/hit\) .*\^\[\]0;owned\^G.* -> good/)
    expect(await sh('ls /run/hit 2>&1')).toContain('No such file')
  })

  test.each([
    [['facts', 'web1']],
    [['facts', 'web1', '--json']],
    [['exec', 'cat /etc/note']],
    [['exec', '--json', 'cat /etc/note']],
  ])('steers no terminal through fettle %s', async (args) => {
    const { exit, said } = await openSession(site().folder, args, { columns: 200, rows: 60 }).ended
    expect({ exit, steering: steering(said) }).toEqual({ exit: 0, steering: [] })
    expect(said).toContain('$(touch /run/hit)')
    expect(await sh('ls /run/hit 2>&1')).toContain('No such file')
  })

  test('reaches other programs as it is', async () => {
    const { stdout } = await site().fettle('exec', '--', 'cat', '/etc/note')
    expect(stdout).toBe(`== web1\n${hostile}\r\n`)
    const facts = JSON.parse((await site().fettle('facts', 'web1', '--json')).stdout)
    expect(facts.interfaces).toContainEqual({ name: '$(id){{7*7}}', addresses: [] })
    expect(facts.hostname).toBe('$(id)"{{7*7}}')
    expect(facts.os.name).toBe(name)
  })

  test('in a step that fails is shown, and steers nothing', async () => {
    const failing = role.replace('printf %s "$1" >/etc/greeted', 'printf %s "$1" >&2; exit 7')
    const broken = site()
    broken.write({ 'roles/notes/index.ts': failing })
    const { exit, said } = await openSession(broken.folder, ['provision', '--yes'], { columns: 200, rows: 60 }).ended
    expect({ exit, steering: steering(said) }).toEqual({ exit: 3, steering: [] })
    expect(plain(said)).toContain('{{7*7}}{% raw %}^[]0;owned^G^[[2J')
  })
})
