import { basename } from 'node:path'
import { build, transform } from 'esbuild'
import { trim } from './trim.ts'

/** One file of the built command. */
export interface Chunk {
  readonly name: string
  readonly text: string
}

/**
 * The command without dependencies, the main chunk first. What is imported dynamically is in chunks of its own, so that
 * a command loads what it needs, when it needs it.
 */
export const chunks = async (): Promise<readonly Chunk[]> => {
  const { outputFiles } = await build({
    entryPoints: ['cli/main.ts'],
    write: false,
    outdir: 'bin/lib',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    outExtension: { '.js': '.cjs' },
    // Its form for browsers is made of modules, of which only those in use are taken.
    alias: { yaml: './node_modules/yaml/browser/index.js' },
    plugins: [trim],
    // PGlite finds its files beside its code.
    external: ['cpu-features', '*.node', 'pg-native', '@electric-sql/pglite'],
    define: { 'import.meta.url': '__chunkUrl' },
    legalComments: 'none',
    logLevel: 'warning',
  })
  const all = await Promise.all(outputFiles.map(({ path, text }) => chunk(basename(path), text)))
  return all.sort((a, b) => Number(isMain(b)) - Number(isMain(a)))
}

const isMain = ({ name }: Chunk): boolean => name.startsWith('main-')

const locals = 'exports, require, module, __filename, __dirname'
const url = "const __chunkUrl = require('node:url').pathToFileURL(__filename).href;\n"

/** Code that was compiled before cannot be a module nor import one, so a chunk becomes a function. */
const chunk = async (name: string, module: string): Promise<Chunk> => {
  const { code } = await transform(module, {
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    supported: { 'dynamic-import': false },
  })
  const text = `(function (${locals}) {${code.includes('__chunkUrl') ? url : ''}${code}\n})`
  return { name, text }
}
