import type { Read } from '../core/fact.ts'
import { type PathAnswer, path } from '../facts/path.ts'
import { type Generation, generations } from './state/generations.ts'
import { readTexts, type Texts } from './undo.ts'

/** A file as it was, beside what is there now. */
export interface EarlierVersion {
  readonly generation: Generation
  readonly found: PathAnswer
  /** Null where the content would not help or must not be shown. */
  readonly texts: Texts | null
}

/** So many are read, the newest ones: looking costs no more than it helps. */
const mostTexts = 50

/** All that a host keeps, newest first. */
export const earlierVersions = async (read: Read): Promise<readonly EarlierVersion[]> =>
  Promise.all(
    (await read(generations, null)).map(async (generation, index) => {
      const found = await read(path, generation.path)
      return { generation, found, texts: index < mostTexts ? await readTexts(generation, found, read) : null }
    }),
  )
