import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Milliseconds after which an archive that was never finished is nobody's. */
const abandoned = 24 * 60 * 60 * 1000

/** Removes all but the newest archives of a folder: hosts have their own copies. */
export const tidyArchives = async (folder: string, keep: number): Promise<void> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.tar.gz'))
  const found = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(folder, name)).catch(() => null))?.mtimeMs ?? 0 })),
  )
  const [finished, unfinished] = [found.filter(isFinished), found.filter((each) => !isFinished(each))]
  const old = finished.sort((one, other) => other.at - one.at).slice(keep)
  const lost = unfinished.filter(({ at }) => Date.now() - at > abandoned)
  await Promise.all([...old, ...lost].map(({ name }) => rm(join(folder, name), { force: true })))
}

const isFinished = ({ name }: { readonly name: string }): boolean => !name.startsWith('.')
