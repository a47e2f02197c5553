import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { build, type OutputFile } from 'esbuild'

/** What bundled CommonJS packages expect to find. */
const commonJsNames = `\
import { createRequire as __createRequire } from 'node:module';
import { dirname as __directoryOf } from 'node:path';
import { fileURLToPath as __pathOf } from 'node:url';
const require = __createRequire(import.meta.url);
const __filename = __pathOf(import.meta.url);
const __dirname = __directoryOf(__filename);
`

const folder = 'bin/lib'

/** The command as one folder without dependencies: what a command does not use it does not load. */
const bundle = async (): Promise<readonly OutputFile[]> => {
  const { outputFiles } = await build({
    entryPoints: { fettle: 'cli/main.ts', api: 'api.ts' },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // Its form for browsers is made of modules, of which only those in use are taken.
    alias: { yaml: './node_modules/yaml/browser/index.js' },
    external: ['cpu-features', '*.node'],
    legalComments: 'linked',
    logLevel: 'warning',
  })
  return outputFiles
}

const withNames = ({ text }: OutputFile): string =>
  /\b(?:require|__filename|__dirname)\b/.test(text) ? commonJsNames + text : text

/** Whoever reads meanwhile sees the old file or the new one. */
const replace = async (file: string, content: string | Uint8Array, mode = 0o644): Promise<void> => {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(`${file}.${process.pid}`, content, { mode })
  await rename(`${file}.${process.pid}`, file)
}

/** Milliseconds for which a command that runs may still load parts of the bundle that it began with. */
const patience = 600_000

const removeStale = async (kept: ReadonlySet<string>): Promise<void> => {
  for (const name of await readdir(folder)) {
    const file = join(folder, name)
    if (!kept.has(name) && Date.now() - (await stat(file)).mtimeMs > patience) await rm(file)
  }
}

const files = await bundle()
const isEntry = ({ path }: OutputFile): boolean => /^(fettle|api)\.mjs$/.test(basename(path))
for (const file of [...files.filter((each) => !isEntry(each)), ...files.filter(isEntry)])
  await replace(file.path, withNames(file))
// The compiler of a site's own roles, which jiti loads from here when it has not seen a role before.
await replace('bin/dist/babel.cjs', await readFile('node_modules/jiti/dist/babel.cjs'))
await replace('bin/fettle', "#!/usr/bin/env node\nimport './lib/fettle.mjs'\n", 0o755)
await removeStale(new Set(files.map(({ path }) => basename(path))))
