import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../../engine/lab/replace-file.ts'
import { type Chunk, chunks } from './chunks.ts'
import { compile } from './compile.ts'
import { makeTemplate } from './store-template.ts'

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
for (const { name, text } of built) await replaceFile(join('bin/lib', name), text, 0o644)
const launcher = await readFile('scripts/build/launcher.cjs', 'utf8')
await replaceFile('bin/fettle', launcher.replaceAll('MAIN', built[0]?.name ?? ''), 0o755)
// The compiler of a site's own roles, which jiti loads from here when it has not seen a role before.
await replaceFile('bin/dist/babel.cjs', await readFile('node_modules/jiti/dist/babel.cjs'), 0o644)
await replaceFile('bin/package.json', '{ "type": "commonjs" }\n', 0o644)
await makeTemplate('bin/dist')
await compile(built)
await removeStale(built)
