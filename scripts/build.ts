import { chmod, cp, rm, writeFile } from 'node:fs/promises'
import { build } from 'esbuild'

/** What bundled CommonJS packages expect to find. */
const commonJsNames = `
import { createRequire as __createRequire } from 'node:module';
import { dirname as __directoryOf } from 'node:path';
import { fileURLToPath as __pathOf } from 'node:url';
const require = __createRequire(import.meta.url);
const __filename = __pathOf(import.meta.url);
const __dirname = __directoryOf(__filename);
`

/** The command as one folder without dependencies: what a command does not use it does not load. */
const bundle = async (): Promise<void> => {
  await rm('bin', { recursive: true, force: true })
  await build({
    entryPoints: { fettle: 'cli/main.ts', api: 'api.ts' },
    outdir: 'bin/lib',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['cpu-features', '*.node'],
    banner: { js: commonJsNames },
    legalComments: 'linked',
    logLevel: 'warning',
  })
  // The compiler of a site's own roles, which jiti loads from here when it has not seen a role before.
  await cp('node_modules/jiti/dist/babel.cjs', 'bin/dist/babel.cjs')
  await writeFile('bin/fettle', "#!/usr/bin/env node\nimport './lib/fettle.mjs'\n")
  await chmod('bin/fettle', 0o755)
}

await bundle()
