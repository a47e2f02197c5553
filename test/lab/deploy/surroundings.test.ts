import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { usePracticeHosts } from '../harness.ts'
import { useSite } from '../support/site.ts'

const lab = usePracticeHosts(['web1'])

/** Writes down with what it was started, and serves. */
const main = `
const { writeFileSync } = require('node:fs')
const { env, argv } = process
writeFileSync(\`\${env.SHARED}/started-\${env.PORT}\`, JSON.stringify({ env, arguments: argv.slice(2), folder: process.cwd() }))
require('node:http').createServer((_, answer) => answer.end('ok')).listen(env.PORT)
`

const values = {
  PLAIN: 'plain',
  EMPTY: '',
  SPACES: '  two  spaces, at both ends  ',
  QUOTES: `"double", 'single' and \`these\``,
  DOLLARS: `$HOME $$ \${PORT} $(id)`,
  PERCENT: '50% of %i, %% and %n',
  BACKSLASHES: String.raw`C:\new\table\\ \x41 \u0041 \101 and one at the end \\`.slice(0, -1),
  COMMENT: '# no comment; none either',
  EQUALS: 'a=b=c',
  LETTERS: 'ünïcödé ☕ 日本',
  TAB: 'a\tb',
}

test('variables and arguments reach a program unchanged, whatever is in them', async () => {
  const given = String.raw`"a  b" 'single $PORT 50% %i' \"quoted\" back\\slash "$PORT" "\$PORT" ünï ""`
  const shop = {
    command: `node main.js ${given}`,
    packages: ['nodejs'],
    environment: values,
    health: { path: '/' },
    source: { folder: 'shop' },
    rollout: { canarySoak: 0, soak: 0 },
  }
  const siteYml = JSON.stringify({ name: 'shop', groups: { web: { app: { apps: { shop } } } } })
  const site = await useSite({ siteYml, hosts: { web: [lab.host('web1')] } })
  await mkdir(join(site.folder, 'shop'))
  await writeFile(join(site.folder, 'shop/main.js'), main)
  expect(await site.fettle('provision', '--yes')).toMatchObject({ exit: 0 })
  expect(await site.fettle('deploy', '--version', 'v 1 "quoted" $HOME %i', '--yes')).toMatchObject({ exit: 0 })

  const { stdout } = await lab.host('web1').sh('cat /srv/shop/shared/started-3001')
  const started = JSON.parse(stdout)
  const release = (await lab.host('web1').sh('basename "$(readlink /srv/shop/current)"')).stdout.trim()
  expect(started.env).toMatchObject({
    ...values,
    PORT: '3001',
    RELEASE: release,
    HOST_NAME: 'web1',
    SHARED: '/srv/shop/shared',
  })
  expect(started.folder).toBe(`/srv/shop/releases/${release}`)
  const { stdout: words } = await execa('sh', ['-c', `PORT=3001; printf '%s\\n' ${given}`])
  expect(started.arguments).toEqual(words.split('\n'))
})
