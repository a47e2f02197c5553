import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

const functionsOf = (module: string): string =>
  `module.exports = new Proxy({}, { get: (_, name) => (...args) => require('node:${module}')[name](...args) })`

interface StandIn {
  /** The package that asks for it. */
  readonly by: string
  readonly module: string
  readonly text: string
}

/** What packages load when they are loaded, and need seldom or never. */
const standIns: readonly StandIn[] = [
  { by: 'commander', module: 'child_process', text: functionsOf('child_process') },
  { by: 'ssh2', module: 'dns', text: functionsOf('dns') },
  // Pageant, and compression, which is not offered to any host.
  { by: 'ssh2', module: 'child_process', text: 'module.exports = {}' },
  { by: 'ssh2', module: 'zlib', text: 'module.exports = { constants: {}, createInflate: () => ({ _handle: {} }) }' },
  { by: 'asn1', module: 'assert', text: functionsOf('assert') },
  { by: 'jiti', module: 'assert', text: functionsOf('assert') },
  { by: 'jiti', module: 'perf_hooks', text: 'module.exports = { performance }' },
  {
    by: 'jiti',
    module: 'v8',
    text: "module.exports = { get startupSnapshot() { return require('node:v8').startupSnapshot } }",
  },
]

/** Without servers, agents for HTTP and the making of keys. */
const ssh2 = `
const Client = require('ssh2/lib/client.js')
const { OpenSSHAgent } = require('ssh2/lib/agent.js')
const { parseKey } = require('ssh2/lib/protocol/keyParser.js')
module.exports = { Client, OpenSSHAgent, utils: { parseKey } }
`

/**
 * A server tells its other host keys after each log-in, and ssh2 lets it prove them, which takes both sides milliseconds
 * for RSA. Nobody here asks for them.
 */
const forgetOtherHostKeys = (client: string): string => {
  const proving = 'hostKeysProve(this, data, (err, keys)'
  if (!client.includes(proving)) throw new Error(`ssh2/lib/client.js does not say "${proving}" any more`)
  return client.replace(proving, '(() => {})((err, keys)')
}

/** Leaves out of packages what a command would load for nothing. */
export const trim: Plugin = {
  name: 'trim',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^(node:)?(child_process|dns|zlib|assert|perf_hooks|v8)$/ }, ({ importer, path }) => {
      const index = standIns.findIndex(
        ({ by, module }) => importer.includes(`/node_modules/${by}/`) && path.replace('node:', '') === module,
      )
      return index === -1 ? undefined : { path: String(index), namespace: 'stand-in' }
    })
    onLoad({ filter: /.*/, namespace: 'stand-in' }, ({ path }) => ({ contents: standIns[Number(path)]?.text ?? '' }))
    onResolve({ filter: /^ssh2$/ }, () => ({ path: 'ssh2', namespace: 'part' }))
    onLoad({ filter: /.*/, namespace: 'part' }, () => ({ contents: ssh2, resolveDir: '.' }))
    onLoad({ filter: /\/ssh2\/lib\/client\.js$/ }, async ({ path }) => ({
      contents: forgetOtherHostKeys(await readFile(path, 'utf8')),
    }))
  },
}
