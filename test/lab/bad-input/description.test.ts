import { beforeAll, describe, expect, test } from 'vitest'
import { problemsIn, type ShownProblem } from '../../cli/support/problems.ts'
import { type Files, makeSite } from '../../cli/support/site.ts'
import { usePracticeHosts } from '../harness.ts'
import { inventoryOf, notes, stateOf, wayTo } from './support.ts'

const lab = usePracticeHosts(['web1', 'web2'])
let before = ''

beforeAll(async () => {
  before = await stateOf(lab.host('web1'))
})

const siteWith = (files: Files) =>
  makeSite({
    ...notes,
    'inventory/lab.yml': inventoryOf({ web1: wayTo(lab.host('web1')), web2: wayTo(lab.host('web2')) }),
    ...files,
  })

/** What is wrong with the description, told once for both hosts; neither is touched. */
const refused = async (files: Files): Promise<readonly ShownProblem[]> => {
  const { exit, stdout, stderr } = await siteWith(files).fettle('provision', '--yes')
  expect({ exit, stdout }).toEqual({ exit: 1, stdout: 'lab: 2 hosts\n' })
  expect(await stateOf(lab.host('web1'))).toBe(before)
  return problemsIn(stderr)
}

const withRole = (from: string, to: string): Files => {
  const text = notes['roles/notes/index.ts']
  expect(text).toContain(from)
  return { 'roles/notes/index.ts': text.replace(from, to) }
}

describe('a description that is wrong is refused before any host is touched', () => {
  test('a template with unknown names, also where they are only asked for', async () => {
    const files = { 'templates/notes/note': '{% if lng %}long{% endif %}\nFor {{ host }}: {{ txet }}\n' }
    expect(await refused(files)).toEqual([
      {
        code: 'template.invalid',
        message: 'unknown name "lng"',
        at: 'templates/notes/note:1:7',
        line: '{% if lng %}long{% endif %}',
        hint: 'it is given host, text',
      },
      {
        code: 'template.invalid',
        message: 'unknown name "txet"',
        at: 'templates/notes/note:2:20',
        line: 'For {{ host }}: {{ txet }}',
        hint: 'did you mean "text"?',
      },
    ])
  })

  test('a template that is not there', async () => {
    expect(await refused(withRole("'notes/note'", "'notes/ntoe'"))).toEqual([
      {
        code: 'template.missing',
        message: 'there is no template "notes/ntoe"',
        at: 'roles/notes/index.ts:14',
        hint: 'did you mean "notes/note"?',
      },
    ])
  })

  test('a role that throws', async () => {
    expect(await refused(withRole('host.name', 'host.nmae.length'))).toEqual([
      {
        code: 'role.failed',
        message: 'role "notes" threw while it described the host',
        at: 'roles/notes/index.ts:14',
        detail: "TypeError: Cannot read properties of undefined (reading 'length')",
        hint: 'a role only computes a list from its settings',
      },
    ])
  })

  test('two resources with one key that disagree', async () => {
    const twice = "file.present({ path: '/etc/note', content: 'secret', mode: '0600' }),\n    file.present({ path"
    expect(await refused(withRole('file.present({ path', twice))).toEqual([
      {
        code: 'resource.conflict',
        message: 'two descriptions of file:/etc/note disagree',
        at: 'site.yml:4:5',
        detail: [
          'content: role "notes" and role "notes" do not say the same',
          'mode: role "notes" says "0600", role "notes" says nothing',
        ].join('\n'),
        hint: 'let one role own it, or make both say the same',
      },
    ])
  })

  test('a resource that no host can have', async () => {
    const files = { 'site.yml': notes['site.yml'].replace('text: hello', 'path: etc/note') }
    expect(await refused(files)).toEqual([
      {
        code: 'resource.invalid',
        message: '"etc/note" is not an absolute, plain path',
        at: 'roles/notes/index.ts:14',
        hint: 'write it from the root on, without "..", "//" and a slash at the end',
      },
    ])
  })
})

describe('a host that is neither Debian nor Ubuntu', () => {
  test('is left alone, and the others go on', async () => {
    const before = await lab.host('web2').sh(`
printf 'ID=alpine\\nVERSION_ID=3.20\\nNAME="Alpine Linux"\\nPRETTY_NAME="Alpine $(id)"\\n' >/etc/os-release.new
mv /etc/os-release.new /etc/os-release`)
    expect(before).toEqual({ exit: 0, stdout: '', stderr: '' })
    const state = await stateOf(lab.host('web2'))
    const { exit, stdout, stderr } = await siteWith({}).fettle('provision', '--yes')
    expect({ exit, stderr }).toEqual({ exit: 3, stderr: '' })
    expect(problemsIn(stdout)).toEqual([
      {
        code: 'host.unsupported',
        host: 'web2',
        message: 'this host runs Alpine $(id); Fettle looks after Debian and Ubuntu',
        hint: 'take it out of the inventory, or out of this run with --limit',
      },
    ])
    expect(await stateOf(lab.host('web2'))).toBe(state)
    expect((await lab.host('web1').sh('cat /etc/note')).stdout).toBe('For web1: hello\n')
  })
})
