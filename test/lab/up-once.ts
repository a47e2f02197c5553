import { up } from '../../engine/lab/index.ts'

/** A process of its own for a test to kill. */
const [stateDir = '', ...names] = process.argv.slice(2)
const specs = names.map((name) => ({ name, release: 'bookworm' }))
const cacheDir = process.env.LAB_CACHE
await up(specs, { stateDir, say: () => undefined, ...(cacheDir && { cacheDir }) })
process.stdout.write('up\n')
