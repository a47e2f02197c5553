import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { concerns, type Entry, parseKnownHosts } from './entry.ts'

/** What is recorded about one host. Files that are absent or may not be read hold nothing. */
export const readEntries = async (files: readonly string[], name: string): Promise<Entry[]> => {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')))
  return texts
    .flatMap((text, index) => parseKnownHosts(text, files[index] ?? ''))
    .filter((each) => concerns(each, name))
}

/** One write in append mode, so that runs at the same time do not mix their lines. */
export const record = async (file: string, line: string): Promise<void> => {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const handle = await open(file, 'a+', 0o600)
  try {
    const { size } = await handle.stat()
    const last = Buffer.alloc(1)
    if (size > 0) await handle.read(last, 0, 1, size - 1)
    const separator = size > 0 && last.toString() !== '\n' ? '\n' : ''
    await handle.appendFile(`${separator}${line}\n`)
  } finally {
    await handle.close()
  }
}
