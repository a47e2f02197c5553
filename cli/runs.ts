import { FettleError } from '../engine/core/error.ts'
import { setAside } from '../engine/store/database/embedded.ts'
import { type Database, openStore } from '../engine/store/database/index.ts'
import { detailsOf, type RunDetails } from '../engine/store/details.ts'
import { type Keep, pruneRuns } from '../engine/store/prune.ts'
import { type Chosen, listRuns, oneRun, type Run } from '../engine/store/runs.ts'
import { askYes } from './ask.ts'
import { fromHere, journalFolder, siteFolder } from './folders.ts'
import { jsonLine } from './json-line.ts'
import { lookOf } from './output.ts'
import { counted } from './render/look.ts'
import { type StatedRun, stateOf } from './run-state.ts'
import { readJournals, storeRequest, withStore } from './store.ts'
import { say, write } from './write.ts'
import { writePage } from './write-page.ts'

export interface RunsOptions extends Chosen {
  readonly json?: true
}

/** The runs that are remembered, the newest first. */
export const runs = async (options: RunsOptions): Promise<void> => {
  const found = (await withStore((store) => settled(store, () => listRuns(store, options)))).map(stated)
  if (options.json) for (const run of found) write(jsonLine(run))
  else if (found.length === 0) say('No run is remembered here.')
  else {
    const { runsText } = await import('./render/runs-text.ts')
    write(runsText(found, lookOf(process.stdout, 0)))
  }
}

const stated = (run: Run): StatedRun => ({ ...run, state: stateOf(run) })

export interface ShowOptions {
  readonly json?: true
  readonly verbose: number
}

/** What one run was, did and came to. */
export const showRun = async (name: string, { json, verbose }: ShowOptions): Promise<void> => {
  const details = await find(name)
  if (json) return write(jsonLine({ ...details, state: stateOf(details.run) }))
  const { runText } = await import('./render/run-text.ts')
  write(runText(details, stateOf(details.run), lookOf(process.stdout, verbose)))
}

export interface ExportOptions {
  readonly html: string
}

/** The same as a page that needs nothing else, for whoever has no Fettle. */
export const exportRun = async (name: string, { html }: ExportOptions): Promise<void> => {
  const details = await find(name)
  const { runHtml } = await import('./render/run-html.ts')
  writePage(html, runHtml(details, stateOf(details.run)))
  say(`${details.run.run} is in ${html}`)
}

export interface PruneOptions {
  readonly keep: Keep
  readonly yes?: true
}

const meaning = 'Runs that are not to be kept are forgotten, with their journals.'

/** Forgets old runs. */
export const prune = async ({ keep, yes }: PruneOptions): Promise<void> => {
  if (!yes && !(await askYes(`${meaning} Go on?`, 'pass --yes to go on without being asked'))) return
  const folder = journalFolder(siteFolder())
  const forgotten = await withStore((store) => pruneRuns(store, { keep, folder }))
  write(forgotten.length === 0 ? 'Nothing is older than that.' : `${counted(forgotten.length, 'run')} forgotten.`)
}

/** Makes the store in the site's folder anew from the journals that there are. */
export const rebuild = async (): Promise<void> => {
  const request = storeRequest()
  if (request.url)
    throw new FettleError({ code: 'usage', message: 'only the store in the site’s folder is rebuilt', hint: onServer })
  const aside = await setAside(request)
  const store = await openStore(request)
  try {
    await readJournals(store)
    write(`${counted((await listRuns(store, { limit: all })).length, 'run')} read from the journals.`)
  } finally {
    await store.close()
  }
  if (aside) say(`The old files are in ${fromHere(aside)}; delete them when you miss nothing.`)
}

const onServer = 'unset DATABASE_URL; a server’s database is restored from its backup'
const all = 2_147_483_647

const find = (name: string): Promise<RunDetails> =>
  withStore(async (store) => {
    const [run] = await settled(store, async () => [await oneRun(store, name)])
    return detailsOf(store, run as Run)
  })

/** A run that ended while it was looked for has written its last lines by now. */
const settled = async (store: Database, look: () => Promise<readonly Run[]>): Promise<readonly Run[]> => {
  const found = await look()
  if (!found.some((run) => stateOf(run) === 'interrupted')) return found
  await readJournals(store)
  return look()
}
