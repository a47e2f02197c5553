import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Event } from '../../engine/core/event.ts'
import { type Database, openStore, type StoreRequest } from '../../engine/store/database/index.ts'
import { detailsOf } from '../../engine/store/details.ts'
import { importJournals } from '../../engine/store/import/import.ts'
import { type Keep, pruneRuns } from '../../engine/store/prune.ts'
import { type Chosen, listRuns, oneRun } from '../../engine/store/runs.ts'
import { append, eventful, facts, finished, linesOf, result, runName, started } from './support/journals.ts'
import { contentOf, empty } from './support/stores.ts'

interface Subject {
  readonly folder: string
  readonly store: Database
  readonly request: StoreRequest
  /** Another connection to the same, where there may be several. */
  readonly reopen: () => Promise<Database>
}

/** What a store promises, wherever it is. */
export const storeContract = (name: string, fresh: () => StoreRequest): void => {
  describe(`${name}: store contract`, () => {
    let subject: Subject
    beforeEach(async () => {
      const folder = mkdtempSync(join(tmpdir(), 'fettle-runs-'))
      const request = fresh()
      const store = await openStore(request)
      const reopen = async () => {
        await store.close()
        return openStore(request)
      }
      subject = { folder, store, request, reopen }
    })
    afterEach(async () => {
      await subject.store.close().catch(() => {})
      rmSync(subject.folder, { recursive: true })
    })
    importContract(() => subject)
    growthContract(() => subject)
    questionContract(() => subject)
    pruneContract(() => subject)
    formatContract(() => subject)
  })
}

type Get = () => Subject

const importContract = (get: Get): void => {
  it('tells everything that a journal says', async () => {
    const { store, folder } = get()
    append(folder, runName(1), linesOf(eventful()))
    await importJournals(store, folder)
    const details = await detailsOf(store, await oneRun(store, runName(1)))
    expect(details.run).toMatchObject({
      ...{ site: 'shop', environment: 'lab', command: 'provision --yes', who: 'ada', machine: 'laptop' },
      ...{ process: { pid: 1, began: 'boot 1' }, revision: 'a'.repeat(40), dirty: true, duration: 83_400 },
      ...{ started: new Date('2026-01-01T00:00:01Z'), problems: null },
      outcomes: { changed: 3, failed: 1, unchanged: 1, unreachable: 1 },
    })
    const changed = details.resources.filter(({ outcome }) => outcome === 'changed')
    expect(changed.map(({ host, key }) => `${host} ${key}`)).toContain('lb1 file:/etc/haproxy/haproxy.cfg')
    expect(changed.find(({ host }) => host === 'lb1')?.differences).toEqual([
      { what: 'content', from: 'maxconn 1000\n', to: 'maxconn 5000\n', text: true },
    ])
    expect(details.reactions.map(({ outcome }) => outcome)).toContain('done')
    expect(details.facts).toMatchObject([{ host: 'web1', facts }])
    expect(details.releases.map(({ app, release, happened }) => `${app} ${release} ${happened}`)).toEqual([
      'shop v2-0123456789ab placed',
      'shop v2-0123456789ab live',
    ])
    expect(details.steps.filter(({ came }) => came === 'failed')).toMatchObject([
      { problem: { code: 'step.failed', message: 'install nginx came to exit code 100' } },
    ])
  })

  it('keeps texts that PostgreSQL has no letters for, as near as it can', async () => {
    const { store, folder } = get()
    append(folder, runName(1), linesOf(eventful()))
    await importJournals(store, folder)
    const { warnings } = await detailsOf(store, await oneRun(store, runName(1)))
    expect(warnings.map(({ message }) => message)).toEqual([
      "half of \ufffd, a zero\ufffd, a quote', a line\nand \u2028",
    ])
  })

  it('is the same done twice, and after all was read anew', async () => {
    const { store, folder } = get()
    for (const run of [1, 2]) append(folder, runName(run), linesOf(eventful()))
    await importJournals(store, folder)
    const once = await contentOf(store)
    await importJournals(store, folder)
    expect(await contentOf(store)).toEqual(once)
    await store.run('UPDATE fettle.journals SET bytes = 0, lines = 0')
    await importJournals(store, folder)
    expect(await contentOf(store)).toEqual(once)
  })

  it('keeps runs whose journals are gone, also when it is opened anew', async () => {
    const { store, folder, reopen } = get()
    append(folder, runName(1), linesOf(eventful()))
    await importJournals(store, folder)
    const once = await contentOf(store)
    rmSync(join(folder, `${runName(1)}.ndjson`))
    const again = await reopen()
    await importJournals(again, folder)
    expect(await contentOf(again)).toEqual(once)
    await again.close()
  })

  it('reads journals of the first version, and passes over what it cannot read', async () => {
    const { store, folder } = get()
    const { by: _, site: __, ...first } = started() as Extract<Event, { type: 'run.started' }>
    const strange = { type: 'run.dreamt', of: 'sheep' }
    append(folder, runName(1), linesOf([first as Event, strange as unknown as Event]))
    append(folder, runName(1), `${'\0'.repeat(30)}\n{"type":"warning","at":"never"}\n[]\nnull\n`)
    append(folder, runName(1), linesOf([finished(result('web1'))]))
    await importJournals(store, folder)
    const [run] = await listRuns(store, { limit: 1 })
    expect(run).toMatchObject({ who: null, command: 'provision --yes', outcomes: { unchanged: 1 }, duration: 1500 })
  })
}

const growthContract = (get: Get): void => {
  it('reads on where a journal grew, once its last line is whole', async () => {
    const { store, folder } = get()
    const text = linesOf([started(), finished(result('web1', { outcome: 'changed' }))])
    append(folder, runName(1), text.slice(0, -10))
    await importJournals(store, folder)
    expect((await listRuns(store, { limit: 1 }))[0]).toMatchObject({ who: 'ada', finished: null, outcomes: {} })
    append(folder, runName(1), text.slice(-10))
    await importJournals(store, folder)
    expect((await listRuns(store, { limit: 1 }))[0]).toMatchObject({ duration: 1500, outcomes: { changed: 1 } })
  })

  it('comes to the same whatever imports come between what is appended', async () => {
    const { store, folder } = get()
    const text = Buffer.from(linesOf(eventful()))
    const turn = fc.oneof(
      fc.record({ journal: fc.nat(2), bytes: fc.integer({ min: 1, max: text.length }) }),
      fc.constant('import' as const),
    )
    const all = fc.array(turn, { maxLength: 25 })
    await fc.assert(
      fc.asyncProperty(all, async (turns) => {
        const written = [0, 0, 0]
        await empty(store)
        for (const turn of turns) {
          if (turn === 'import') await importJournals(store, folder)
          else {
            const from = written[turn.journal] ?? 0
            const part = text.subarray(from, from + turn.bytes)
            append(folder, runName(turn.journal), part)
            written[turn.journal] = from + part.length
          }
        }
        await importJournals(store, folder)
        const grown = await contentOf(store)
        await empty(store)
        await importJournals(store, folder)
        expect(await contentOf(store)).toEqual(grown)
        for (const file of readdirSync(folder)) rmSync(join(folder, file))
      }),
      { numRuns: 25 },
    )
  })
}

const questionContract = (get: Get): void => {
  const journal = (run: string, hosts: readonly string[]) =>
    append(get().folder, run, linesOf([started({ hosts }), finished(...hosts.map((host) => result(host)))]))

  it('lists the newest first, as many as are wanted, of one host where that is wanted', async () => {
    const { store, folder } = get()
    journal(runName(1), ['web1'])
    journal(runName(3), ['web2', 'web1'])
    journal(runName(2), ['web2'])
    await importJournals(store, folder)
    const names = async (chosen: Chosen) => (await listRuns(store, chosen)).map(({ run }) => run)
    expect(await names({ limit: 2 })).toEqual([runName(3), runName(2)])
    expect(await names({ limit: 9, host: 'web1' })).toEqual([runName(3), runName(1)])
    expect(await names({ limit: 9, host: 'web' })).toEqual([])
  })

  it('lists runs of one second as they began', async () => {
    const { store, folder } = get()
    append(folder, '1-b', linesOf([started()], 1000))
    append(folder, '1-a', linesOf([started()], 1001))
    await importJournals(store, folder)
    expect((await listRuns(store, { limit: 1 })).map(({ run }) => run)).toEqual(['1-a'])
  })

  it('finds a run by the beginning of its name, and says when that is not enough', async () => {
    const { store, folder } = get()
    for (const run of ['2026-a', '2026-ab', '2026-b_', '2027']) journal(run, ['web1'])
    await importJournals(store, folder)
    const found = (start: string) => oneRun(store, start).then(({ run }) => run)
    expect([await found('2027'), await found('2026-a'), await found('2026-b')]).toEqual(['2027', '2026-a', '2026-b_'])
    await expect(found('2026')).rejects.toMatchObject({
      code: 'run.unknown',
      problems: [{ message: 'several runs begin with "2026"', hint: 'say more of it: 2026-a, 2026-ab, 2026-b_' }],
    })
    await expect(found('%')).rejects.toMatchObject({ code: 'run.unknown' })
    await expect(found("'; DROP SCHEMA fettle; --")).rejects.toMatchObject({ code: 'run.unknown' })
  })
}

const day = 86_400_000

const pruneContract = (get: Get): void => {
  /** A run that began so many days ago. */
  const journal = (run: string, days: number, environment: string, end: Event[]) =>
    append(get().folder, run, linesOf([started({ environment }), ...end], Date.now() - days * day))
  const good = [finished(result('web1', { outcome: 'changed' }))]
  const bad = [finished(result('web1'), result('web2', { outcome: 'failed' }))]
  const left = async () => (await listRuns(get().store, { limit: 99 })).map(({ run }) => run).sort()
  const prune = async (keep: Keep) => {
    const { store, folder } = get()
    await importJournals(store, folder)
    return pruneRuns(store, { keep, folder })
  }

  it('forgets what is older, but of no environment the newest run and the newest that came well out', async () => {
    const { store, folder } = get()
    const old = ['1 lab good', '2 lab good', '3 lab bad', '4 lab bad', '5 live good', '6 live good']
    for (const [index, run] of old.entries())
      journal(run, 100 - index, run.split(' ')[1] ?? '', run.endsWith('good') ? good : bad)
    journal('7 live failed', 50, 'live', [{ type: 'run.failed', run: 'r', problems: [] }])
    journal('8 lab killed', 40, 'lab', [])
    expect(await prune({ days: 30 })).toEqual(['1 lab good', '3 lab bad', '4 lab bad', '5 live good'])
    const kept = ['2 lab good', '6 live good', '7 live failed', '8 lab killed']
    expect(await left()).toEqual(kept)
    expect(readdirSync(folder).sort()).toEqual(kept.map((run) => `${run}.ndjson`))
    for (const rows of Object.values(await contentOf(store)).slice(1))
      for (const { run } of rows as { run: string }[]) expect(kept).toContain(run)
  })

  it('keeps so many of the newest, and what may be under way', async () => {
    journal('1', 2, 'lab', [])
    for (const run of ['2', '3', '4', '5']) journal(run, 1, 'lab', good)
    expect(await prune({ runs: 2 })).toEqual(['2', '3'])
    expect(await left()).toEqual(['1', '4', '5'])
  })

  it('does not read again what it forgot, though a kill left the journal', async () => {
    const { store, folder } = get()
    for (const run of ['1', '2']) journal(run, 50, 'lab', good)
    expect(await prune({ days: 1 })).toEqual(['1'])
    journal('1', 50, 'lab', [...good, ...good, ...good])
    await importJournals(store, folder)
    expect(await left()).toEqual(['2'])
    expect(await prune({ days: 1 })).toEqual([])
    expect(existsSync(join(folder, '1.ndjson'))).toBe(false)
  })
}

const formatContract = (get: Get): void => {
  it('refuses the store of a newer Fettle, and leaves it as it is', async () => {
    const { store, request, reopen } = get()
    await store.run('UPDATE fettle.store SET format = 99')
    await expect(reopen()).rejects.toMatchObject({ code: 'store.format' })
    await expect(openStore(request)).rejects.toMatchObject({ code: 'store.format' })
  })

  it('does all of a transaction or nothing, and goes on', async () => {
    const { store, folder } = get()
    const before = await contentOf(store)
    const broken = store.transaction(async (queries) => {
      await queries.query('INSERT INTO fettle.runs (run) VALUES ($1)', ['half'])
      throw new Error('no further')
    })
    await expect(broken).rejects.toThrow('no further')
    expect(await contentOf(store)).toEqual(before)
    append(folder, runName(1), linesOf(eventful()))
    await importJournals(store, folder)
    expect(await listRuns(store, { limit: 5 })).toHaveLength(1)
  })
}
