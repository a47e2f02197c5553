import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../../engine/lab/replace-file.ts'
import lock from '../../package-lock.json' with { type: 'json' }

const { version } = lock.packages['node_modules/@electric-sql/pglite']

/** Keeps the files of a new store, which take seconds to make; once for each version of what makes them. */
export const makeTemplate = async (folder: string): Promise<void> => {
  const name = `store-${version}.tar.gz`
  const found = (await readdir(folder)).filter((file) => file.startsWith('store-'))
  if (!found.includes(name)) {
    const { PGlite } = await import('@electric-sql/pglite')
    const pglite = await PGlite.create()
    const files = await pglite.dumpDataDir('gzip')
    await pglite.close()
    await replaceFile(join(folder, name), Buffer.from(await files.arrayBuffer()), 0o644)
  }
  for (const file of found) if (file !== name) await rm(join(folder, file))
}
