import { open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { trouble } from './trouble.ts'

/** Milliseconds to wait for another one who is writing. */
const patience = 10_000

/**
 * Writes a file anew from what it is, durably and as a whole: what is to replace it is made beside it under one name,
 * so that only one does so at a time.
 */
export const replace = async (
  file: string,
  change: (before: Buffer | null) => Promise<string | null>,
  mode = 0o600,
): Promise<void> => {
  const fresh = `${file}.new`
  const handle = await openAlone(fresh, mode)
  try {
    const content = await change(await readFile(file).catch(absent))
    if (content === null) return await rm(fresh)
    await handle.writeFile(content)
    await handle.sync()
    await rename(fresh, file)
  } catch (error) {
    await rm(fresh, { force: true })
    throw error
  } finally {
    await handle.close()
  }
  await syncFolder(dirname(file))
}

const openAlone = async (file: string, mode: number) => {
  const deadline = performance.now() + patience
  for (;;) {
    try {
      return await open(file, 'wx', mode)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unwritable(file, error as Error)
      if (performance.now() > deadline)
        throw trouble(
          'secret.locked',
          `${file} is there: somebody is writing, or was killed while writing`,
          `rm ${file}`,
        )
      await sleep(50)
    }
  }
}

const unwritable = (file: string, { message }: Error) =>
  trouble('secret.locked', `${file} cannot be written: ${message}`)

const absent = (error: NodeJS.ErrnoException): null => {
  if (error.code === 'ENOENT') return null
  throw error
}

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}
