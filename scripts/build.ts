import { chmod, rm, writeFile } from 'node:fs/promises'
import { build } from 'esbuild'

/** The command as one folder without dependencies: what a command does not use it does not load. */
const bundle = async (): Promise<void> => {
  await rm('bin', { recursive: true, force: true })
  await build({
    entryPoints: { fettle: 'cli/main.ts', api: 'api.ts' },
    outdir: 'bin/lib',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    minify: true,
    keepNames: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['cpu-features', '*.node'],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    legalComments: 'linked',
    logLevel: 'warning',
  })
  await writeFile('bin/fettle', "#!/usr/bin/env node\nimport './lib/fettle.mjs'\n")
  await chmod('bin/fettle', 0o755)
}

await bundle()
