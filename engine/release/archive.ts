import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { create, type WriteEntry } from 'tar'
import { FettleError } from '../core/error.ts'

/** One release in one file, named by its content. */
export interface Archive {
  /** `v2-0123456789ab`: the version as it was asked for, and the beginning of the sum. */
  readonly release: string
  readonly version: string
  /** A `.tar.gz`. */
  readonly file: string
  /** Of the file. */
  readonly sha256: string
  /** Of the file. */
  readonly bytes: number
  /** What is in it. */
  readonly content: Content
}

export interface Content {
  readonly bytes: number
  /** Files, folders and links. */
  readonly entries: number
}

interface Packing {
  readonly folder: string
  readonly version: string
  /** Files get this time, so that the same content makes the same archive. */
  readonly time: Date
  /** Where the archive goes. */
  readonly into: string
}

/** Packs a folder. The same content, version and time make the same archive. Errors: `build.failed` where there is nothing in it. */
export const pack = async ({ folder, version, time, into }: Packing): Promise<Archive> => {
  const paths = await contentsOf(folder)
  if (paths.length === 0)
    throw new FettleError({ code: 'build.failed', message: `there is nothing in ${folder}`, hint: 'see source.output' })
  const content = await measure(folder, paths)
  const file = unfinished(into)
  await create(
    { file, cwd: folder, gzip: true, portable: true, noDirRecurse: true, mtime: time, onWriteEntry: withPlainMode },
    paths,
  )
  return named(file, { version, content, into })
}

/** Whether it is run is content; who else may read it is what the umask was when it was written. */
const withPlainMode = ({ stat }: WriteEntry): void => {
  if (stat) stat.mode = (stat.mode & ~0o7777) | (stat.isDirectory() || stat.mode & 0o100 ? 0o755 : 0o644)
}

/** A file of its own for an archive that has no name yet. */
export const unfinished = (into: string): string => join(into, `.${randomBytes(8).toString('hex')}.tar.gz`)

/** The archive under the name of its content. */
export const named = async (
  file: string,
  { version, content, into }: Pick<Packing, 'version' | 'into'> & Pick<Archive, 'content'>,
): Promise<Archive> => {
  const [sha256, { size }] = await Promise.all([sumOf(file), stat(file)])
  const release = `${inWord(version)}-${sha256.slice(0, 12)}`
  const kept = join(into, `${release}.tar.gz`)
  await rename(file, kept)
  return { release, version, file: kept, sha256, bytes: size, content }
}

/** As the name of a folder that is neither hidden nor an option. */
const inWord = (version: string): string =>
  version
    .replaceAll(/[^\w.-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 40) || 'release'

/** All paths below a folder, in an order that is the same everywhere; a folder comes before what is in it. */
const contentsOf = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
  return paths.filter((path) => !/^\.git(\/|$)/.test(path)).sort()
}

const measure = async (folder: string, paths: readonly string[]): Promise<Content> => {
  const sizes = await Promise.all(paths.map(async (path) => (await lstat(join(folder, path))).size))
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), entries: paths.length }
}

export const sumOf = async (file: string): Promise<string> => {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
