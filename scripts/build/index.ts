import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Chunk, chunks } from './chunks.ts'
import { compile } from './compile.ts'

/** Whoever reads meanwhile sees the old file or the new one. */
const replace = async (file: string, content: string | Uint8Array, mode = 0o644): Promise<void> => {
  await writeFile(`${file}.${process.pid}`, content, { mode })
  await rename(`${file}.${process.pid}`, file)
}

/** Milliseconds for which a command that was started before may still load chunks that it was made with. */
const patience = 3_600_000

const removeStale = async (current: readonly Chunk[]): Promise<void> => {
  const isCurrent = (file: string) => current.some(({ name }) => file.startsWith(name))
  for (const name of await readdir('bin/lib')) {
    const file = join('bin/lib', name)
    if (!isCurrent(name) && Date.now() - (await stat(file)).mtimeMs > patience) await rm(file)
  }
}

await Promise.all(['bin/lib', 'bin/dist'].map((folder) => mkdir(folder, { recursive: true })))
const built = await chunks()
for (const { name, text } of built) await replace(join('bin/lib', name), text)
const launcher = await readFile('scripts/build/launcher.cjs', 'utf8')
await replace('bin/fettle', launcher.replaceAll('MAIN', built[0]?.name ?? ''), 0o755)
// The compiler of a site's own roles, which jiti loads from here when it has not seen a role before.
await replace('bin/dist/babel.cjs', await readFile('node_modules/jiti/dist/babel.cjs'))
await replace('bin/package.json', '{ "type": "commonjs" }\n')
await compile(built)
await removeStale(built)
