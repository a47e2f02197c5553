import { describe, expect, test } from 'vitest'
import { problemsIn } from './support/problems.ts'
import { makeSite, silentFiles } from './support/site.ts'

const role = `import { defineRole, file, z } from 'fettle'

const settings = z.strictObject({ text: z.string().default('none').describe('What is noted') })

export default defineRole({
  name: 'notes',
  summary: 'Keeps a note on the host.',
  settings,
  resources: ({ settings }) => [file.present({ path: '/etc/note', content: settings.text })],
})
`

const siteWith = (text: string, name = 'notes') =>
  makeSite({ ...silentFiles, [`roles/${name}/index.ts`]: text, 'roles/README.md': 'Not a role.\n' })

describe("a site's own role", () => {
  test('is a role like all others', async () => {
    const site = siteWith(role)
    expect((await site.fettle('roles')).stdout).toMatch(/^notes +Keeps a note on the host\.$/m)
    const { exit, stdout } = await site.fettle('roles', 'notes')
    expect({ exit, stdout }).toEqual({
      exit: 0,
      stdout: expect.stringContaining('| `text` | string | `"none"` | What is noted |'),
    })
  })

  test('is compiled once, into the folder of the site', async () => {
    const { readdirSync } = await import('node:fs')
    const site = siteWith(role)
    await site.fettle('roles')
    expect(readdirSync(`${site.folder}/.fettle/roles`)).toHaveLength(1)
  })

  test('may import what is beside it, what Node has, and packages', async () => {
    const imports =
      "import { readFileSync } from 'node:fs'\nimport { said } from 'some-package'\nimport { also } from './also.ts'\n"
    const site = siteWith(
      imports + role.replace("'Keeps a note on the host.'", "[said, also, typeof readFileSync].join(' ')"),
    )
    site.write({
      'roles/notes/also.ts': "export const also: string = 'a neighbour'\n",
      'node_modules/some-package/package.json': '{ "type": "module", "exports": "./index.js" }',
      'node_modules/some-package/index.js': "export const said = 'a package'\n",
    })
    expect((await site.fettle('roles')).stdout).toMatch(/^notes +a package a neighbour function$/m)
  })

  test('stands in for one of Fettle’s that has its name', async () => {
    const site = siteWith(role.replace("name: 'notes'", "name: 'nginx'"), 'nginx')
    const { stdout } = await site.fettle('roles', '--json')
    const roles = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(roles.map(({ name, summary }) => ({ name, summary }))).toContainEqual({
      name: 'nginx',
      summary: 'Keeps a note on the host.',
    })
    expect(roles.filter(({ name }) => name === 'nginx')).toHaveLength(1)
  })
})

describe("a site's own role that cannot be used", () => {
  const notes = 'roles/notes/index.ts'
  const hint = 'it is TypeScript that imports from "fettle"'

  test.each([
    [
      'is not TypeScript',
      role.replace('settings,', 'settings'),
      {
        message: 'this role cannot be loaded',
        at: `${notes}:9:3`,
        detail: expect.stringContaining('expected ","'),
        hint,
      },
    ],
    [
      'throws while it is loaded',
      role.replace('z.string()', 'z.strign()'),
      { message: 'this role cannot be loaded', at: `${notes}:3`, detail: expect.stringContaining('strign'), hint },
    ],
    [
      'imports what is not there',
      role.replace("'fettle'", "'fetle'"),
      {
        message: 'this role cannot be loaded',
        at: `${notes}:1`,
        detail: expect.stringContaining("Cannot find module 'fetle'"),
        hint,
      },
    ],
    [
      'exports nothing',
      role.replace('export default ', ''),
      {
        message: 'this file does not export a role',
        at: notes,
        hint: 'write export default defineRole({ name, summary, settings, resources })',
      },
    ],
    [
      'has no schema',
      role.replace('  settings,', '  settings: {},'),
      {
        message: 'this file does not export a role',
        at: notes,
        hint: 'write export default defineRole({ name, summary, settings, resources })',
      },
    ],
    [
      'has another name than its folder',
      role.replace("name: 'notes'", "name: 'noets'"),
      { message: 'this role calls itself "noets"', at: notes, hint: 'a role has the name of its folder: "notes"' },
    ],
  ])('because it %s', async (_, text, problem) => {
    const { exit, stdout, stderr } = await siteWith(text).fettle('roles')
    expect({ exit, stdout, problems: problemsIn(stderr) }).toEqual({
      exit: 1,
      stdout: '',
      problems: [{ code: 'role.failed', ...problem }],
    })
  })

  test.each([[['plan']], [['provision', '--yes']], [['inventory', 'explain', 'web1', 'nginx.gzip']]])(
    'stops fettle %s',
    async (args) => {
      const { exit, stdout, stderr } = await siteWith('export default 1\n').fettle(...args)
      expect({ exit, stdout, problems: problemsIn(stderr) }).toMatchObject({
        exit: 1,
        stdout: '',
        problems: [{ at: notes }],
      })
    },
  )

  test('is told together with the others', async () => {
    const site = siteWith('export default 1\n')
    site.write({ 'roles/other/index.ts': 'export default 2\n' })
    expect(problemsIn((await site.fettle('roles')).stderr)).toMatchObject([
      { at: notes },
      { at: 'roles/other/index.ts' },
    ])
  })
})
