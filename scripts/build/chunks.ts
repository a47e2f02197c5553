import { basename } from 'node:path'
import { build, type Plugin, transform } from 'esbuild'

/** One file of the built command. */
export interface Chunk {
  readonly name: string
  readonly text: string
}

/** What a package exports of which only a part is needed here. */
const parts: Readonly<Record<string, string>> = {
  // `commander` starts other programs only for subcommands that are programs of their own.
  'node:child_process': "module.exports = { get spawn() { return require('node:child_process').spawn } }",
  // Without servers, agents for HTTP and the making of keys.
  ssh2: `
    const Client = require('ssh2/lib/client.js')
    const { OpenSSHAgent } = require('ssh2/lib/agent.js')
    const { parseKey } = require('ssh2/lib/protocol/keyParser.js')
    module.exports = { Client, OpenSSHAgent, utils: { parseKey } }`,
}

const takeParts: Plugin = {
  name: 'parts',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^node:child_process$/ }, ({ importer, path }) =>
      importer.includes('/commander/') ? { path, namespace: 'parts' } : undefined,
    )
    onResolve({ filter: /^ssh2$/ }, ({ path }) => ({ path, namespace: 'parts' }))
    onLoad({ filter: /.*/, namespace: 'parts' }, ({ path }) => ({ contents: parts[path] ?? '', resolveDir: '.' }))
  },
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
    plugins: [takeParts],
    external: ['cpu-features', '*.node'],
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
