import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { FettleError } from '../engine/core/error.ts'
import { command } from '../engine/core/shell.ts'
import { type Database, openStore, type StoreRequest } from '../engine/store/database/index.ts'
import { importJournals } from '../engine/store/import/import.ts'
import { homeFolder, journalFolder, siteFolder, storeFolder } from './folders.ts'
import { visibleLine } from './render/visible.ts'
import { say } from './write.ts'

/** Seconds: whoever has the store only imports, or asks. */
const patience = 60

/** Errors: `site.missing`. */
export const storeRequest = (): StoreRequest => {
  const folder = siteFolder()
  if (!existsSync(join(folder, 'site.yml')))
    throw new FettleError({
      code: 'site.missing',
      message: 'there is no site.yml here or above',
      hint: 'runs are remembered with their site; run Fettle in its folder or below',
    })
  const called = command('fettle', ...process.argv.slice(2))
  const holder = `process ${process.pid}, ${called}, since ${new Date().toISOString()},`
  const waiting = (other: string) => say(`waiting: ${visibleLine(other)} has the memory of runs`)
  const template = templateIn(join(homeFolder(), 'bin/dist'))
  return { folder: storeFolder(folder), holder, patience, waiting, template, url: process.env.DATABASE_URL }
}

/** Made with the command. */
const templateIn = (folder: string): string | undefined => {
  const names = existsSync(folder) ? readdirSync(folder) : []
  const name = names.find((file) => file.startsWith('store-') && file.endsWith('.tar.gz'))
  return name && join(folder, name)
}

/** The store, up to date with the journals of the site. Errors: `store.*`, `site.missing`. */
export const withStore = async <Result>(work: (store: Database) => Promise<Result>): Promise<Result> => {
  const store = await openJournaledStore()
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** The same for who closes it himself. */
export const openJournaledStore = async (): Promise<Database> => {
  const store = await openStore(storeRequest())
  try {
    await readJournals(store)
    return store
  } catch (error) {
    await store.close()
    throw error
  }
}

export const readJournals = (store: Database): Promise<void> => importJournals(store, journalFolder(siteFolder()))
