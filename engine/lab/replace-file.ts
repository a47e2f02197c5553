import { rename, writeFile } from 'node:fs/promises'

/** Readers see the old file or the new one, never a half. */
export const replaceFile = async (file: string, content: string | Uint8Array, mode: number): Promise<void> => {
  const aside = `${file}.${process.pid}-${performance.now()}`
  await writeFile(aside, content, { mode })
  await rename(aside, file)
}
