import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { execa } from 'execa'

/** The command as one file without dependencies. What it imports dynamically it runs when it needs it. */
const bundle = async (): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: ['cli/main.ts'],
    write: false,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    // Its form for browsers is made of modules, of which only those in use are taken.
    alias: { yaml: './node_modules/yaml/browser/index.js' },
    external: ['cpu-features', '*.node'],
    // Code that was compiled before cannot import; this Node can require modules as well.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': '__bundleUrl' },
    banner: { js: "const __bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
    legalComments: 'none',
    logLevel: 'warning',
  })
  return outputFiles[0]?.text ?? ''
}

/** Whoever reads meanwhile sees the old file or the new one. */
const replace = async (file: string, content: string | Uint8Array, mode = 0o644): Promise<void> => {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(`${file}.${process.pid}`, content, { mode })
  await rename(`${file}.${process.pid}`, file)
}

const site = `
name: build
groups:
  all: { base: { users: { build: {} } } }
  web: { nginx: { sites: { build: { root: /srv/www/build } } } }
  lb: { haproxy: { frontends: { web: { backend: web } }, backends: { web: { group: web } } } }
`
const inventory = `
all:
  vars: { ansible_become: false }
  children:
    web: { hosts: { here: { ansible_connection: local } } }
    lb: { hosts: { nowhere: { ansible_host: 127.0.0.1, ansible_port: 1 } } }
`

/** Compiles what a plan runs through, by making one: of this machine, which is only read, and of one that is not there. */
const compile = async (): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-build-'))
  try {
    await mkdir(join(folder, 'inventory'))
    await writeFile(join(folder, 'site.yml'), site)
    await writeFile(join(folder, 'inventory/build.yml'), inventory)
    const env = { FETTLE_COMPILE: 'yes' }
    await execa(process.execPath, [join(process.cwd(), 'bin/fettle'), 'plan'], { cwd: folder, env, reject: false })
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Milliseconds for which a command that is just starting may still read the bundle that it was made with. */
const patience = 60_000

const removeStale = async (current: string): Promise<void> => {
  for (const name of await readdir('bin/lib')) {
    const file = join('bin/lib', name)
    if (!name.startsWith(current) && Date.now() - (await stat(file)).mtimeMs > patience) await rm(file)
  }
}

const source = await bundle()
// Compiled code is only good for exactly this source, so its name says which.
const name = `fettle-${createHash('sha256').update(source).digest('hex').slice(0, 12)}.cjs`
const launcher = await readFile('scripts/launcher.cjs', 'utf8')
await replace(`bin/lib/${name}`, source)
// The compiler of a site's own roles, which jiti loads from here when it has not seen a role before.
await replace('bin/dist/babel.cjs', await readFile('node_modules/jiti/dist/babel.cjs'))
await replace('bin/package.json', '{ "type": "commonjs" }\n')
await replace('bin/fettle', launcher.replace('BUNDLE', name), 0o755)
await compile()
await removeStale(name)
