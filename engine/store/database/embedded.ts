import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { PGlite } from '@electric-sql/pglite'
import { FettleError } from '../../core/error.ts'
import { type Database, type Parameter, type Queries, withTransactions } from './database.ts'
import { takeLock } from './lock.ts'
import { isOfStatement } from './sqlstate.ts'

export interface EmbeddedRequest {
  readonly folder: string
  /** Who opens it, for those who wait. */
  readonly holder: string
  /** Seconds until others are waited for no more. */
  readonly patience: number
  /** Told once, who has it, when that takes more than a second. */
  readonly waiting?: ((holder: string) => void) | undefined
  /** A file with new ones as PGlite gives them out, which takes less long than making them. Default: they are made. */
  readonly template?: string | undefined
}

/**
 * PostgreSQL within this process, its files in a folder. Two processes that have them open lose each other's writes and
 * are not told, so there is one at a time. Errors: `store.held`, `store.damaged`, `store.failed`.
 */
export const openEmbedded = async (request: EmbeddedRequest): Promise<Database> => {
  const release = await takeFolder(request)
  try {
    const pglite = await openFiles(request)
    const queries = queriesOf(pglite)
    const close = async () => {
      // Files that are damaged cannot be closed well either.
      await pglite.close().catch(() => {})
      release()
    }
    return { ...queries, ...withTransactions(queries), close }
  } catch (error) {
    release()
    throw error
  }
}

/** Puts files that cannot be opened aside, where they stay. Gives back where; null where there were none. */
export const setAside = async (request: EmbeddedRequest): Promise<string | null> => {
  const release = await takeFolder(request)
  try {
    const data = join(request.folder, 'data')
    if (!existsSync(data)) return null
    const aside = `${data}.${new Date().toISOString().replaceAll(/[-:]|\..*/g, '')}`
    renameSync(data, aside)
    return aside
  } finally {
    release()
  }
}

const takeFolder = async ({ folder, ...request }: EmbeddedRequest): Promise<() => void> => {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return await takeLock({ ...request, file: join(folder, 'lock') })
  } catch (error) {
    if (error instanceof FettleError) throw error
    throw failed(`${folder} cannot be used`, error)
  }
}

const openFiles = async ({ folder, template }: EmbeddedRequest): Promise<PGlite> => {
  const { PGlite } = await import('@electric-sql/pglite')
  const [data, unfinished] = [join(folder, 'data'), join(folder, 'data.new')]
  if (!existsSync(data)) {
    rmSync(unfinished, { recursive: true, force: true })
    const filled = template === undefined ? {} : { loadDataDir: new Blob([readFileSync(template)]) }
    const made = await PGlite.create(unfinished, filled).catch((error) => {
      throw failed(`${unfinished} cannot be made`, error)
    })
    await made.close()
    renameSync(unfinished, data)
  }
  return PGlite.create(data).catch((error) => {
    throw damaged(error)
  })
}

const queriesOf = (pglite: PGlite): Queries => {
  const told = (error: unknown) => {
    throw isOfStatement(error) ? error : damaged(error)
  }
  return {
    query: async <Row>(sql: string, parameters: readonly Parameter[] = []) =>
      (await pglite.query<Row>(sql, [...parameters]).catch(told)).rows,
    run: async (sql) => {
      await pglite.exec(sql).catch(told)
    },
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const damaged = (error: unknown): FettleError =>
  new FettleError(
    {
      code: 'store.damaged',
      message: 'the memory of runs in the site’s folder cannot be read',
      detail: textOf(error),
      hint: 'fettle runs rebuild makes it anew from the journals, and keeps the old files',
    },
    error,
  )

const failed = (message: string, error: unknown): FettleError =>
  new FettleError(
    {
      code: 'store.failed',
      message,
      detail: textOf(error),
      hint: 'is there room on the disk, and is the folder yours? Runs go on without it',
    },
    error,
  )
