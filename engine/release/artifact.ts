import { copyFile, open, rm } from 'node:fs/promises'
import { list } from 'tar'
import { FettleError } from '../core/error.ts'
import { type Archive, type Content, named, unfinished } from './archive.ts'

/**
 * Takes what somebody else has built. Errors: `artifact.invalid`, also for what would unpack outside of its folder and
 * for what is neither a file, a folder nor a link.
 */
export const takeArtifact = async (
  artifact: string,
  { version, into }: { readonly version: string; readonly into: string },
): Promise<Archive> => {
  const file = unfinished(into)
  try {
    await copyFile(artifact, file)
    return await named(file, { version, content: await read(file), into })
  } catch (error) {
    throw invalid(artifact, error instanceof Error ? error.message : String(error))
  } finally {
    await rm(file, { force: true })
  }
}

const kinds = ['File', 'OldFile', 'ContiguousFile', 'Directory', 'SymbolicLink', 'Link']

const read = async (file: string): Promise<Content> => {
  await refuseUncompressed(file)
  let [bytes, entries, folders] = [0, 0, 0]
  const outside: string[] = []
  const strange: string[] = []
  await list({
    file,
    strict: true,
    onReadEntry: ({ path, size, type }) => {
      bytes += size
      entries++
      if (type === 'Directory') folders++
      if (path.startsWith('/') || path.split('/').includes('..')) outside.push(path)
      if (!kinds.includes(type)) strange.push(path)
    },
  })
  if (outside.length > 0) throw new Error(`it would unpack outside of its folder: ${some(outside)}`)
  if (strange.length > 0) throw new Error(`neither files, folders nor links: ${some(strange)}`)
  if (entries === folders) throw new Error('there is nothing in it')
  return { bytes, entries }
}

/** Hosts unpack it with `tar -z`; what reads it here would take more. */
const refuseUncompressed = async (file: string): Promise<void> => {
  const handle = await open(file)
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0)
    if (buffer.readUInt16BE() !== 0x1f8b) throw new Error('it is not compressed with gzip')
  } finally {
    await handle.close()
  }
}

const some = (paths: readonly string[]): string => paths.slice(0, 5).join(', ')

const invalid = (artifact: string, detail: string): FettleError =>
  new FettleError({
    code: 'artifact.invalid',
    message: `${artifact} is not an archive of a release`,
    detail,
    hint: 'it is a .tar.gz whose top is the folder that the app is run in',
  })
