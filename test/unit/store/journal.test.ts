import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Event, HostOutcome, HostResult } from '../../../engine/core/event.ts'
import { lastFailed, openJournal } from '../../../engine/store/journal.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fettle-journal-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const result = (host: string, outcome: HostOutcome): HostResult => ({
  ...{ host, outcome, changed: 0, reacted: 0, owed: [], duration: 1 },
})
const intended: Event = { type: 'step.intended', host: 'web1', key: 'file:/a', title: "write /a\nit's é" }
const finished = (...results: HostResult[]): Event => ({ type: 'run.finished', run: 'r', results, duration: 1 })
const linesOf = (run: string) => readFileSync(join(folder, `${run}.ndjson`), 'utf8').split('\n')

describe('a journal', () => {
  test('is one event a line, each with its time', async () => {
    const journal = openJournal(folder, 'run')
    const before = Date.now()
    for (const event of [intended, finished(result('web1', 'changed'))]) journal.record(event)
    await journal.close()
    const [first, second, ...rest] = linesOf('run')
    const { at, ...event } = JSON.parse(first ?? '')
    expect([event, JSON.parse(second ?? '').type, rest]).toEqual([intended, 'run.finished', ['']])
    expect(Date.parse(at)).toBeGreaterThanOrEqual(before)
    expect(Date.parse(at)).toBeLessThanOrEqual(Date.now())
  })

  test('is there as soon as something is said', async () => {
    const journal = openJournal(folder, 'run')
    journal.record(intended)
    expect(linesOf('run')).toHaveLength(2)
    await journal.close()
  })

  test('is for its owner alone, in a folder made where there is none', async () => {
    const inside = join(folder, 'a/b')
    await openJournal(inside, 'run').close()
    const modes = [inside, join(inside, 'run.ndjson')].map((path) => (statSync(path).mode & 0o777).toString(8))
    expect(modes).toEqual(['700', '600'])
  })

  test('is never written over', async () => {
    const journal = openJournal(folder, 'run')
    journal.record(intended)
    await journal.close()
    expect(() => openJournal(folder, 'run')).toThrow('EEXIST')
    expect(linesOf('run')).toHaveLength(2)
  })

  test('takes nothing once it is closed, though it was to be synced', async () => {
    const journal = openJournal(folder, 'run')
    journal.record(intended)
    await journal.close()
    expect(() => journal.record(intended)).toThrow('EBADF')
  })
})

describe('the hosts to try again', () => {
  const journalOf = async (run: string, ...events: Event[]) => {
    const journal = openJournal(folder, run)
    for (const event of events) journal.record(event)
    await journal.close()
  }

  test('are those that failed, were not reached or were interrupted', async () => {
    const outcomes: HostOutcome[] = ['unchanged', 'failed', 'changed', 'unreachable', 'pending', 'cancelled']
    await journalOf('1', finished(...outcomes.map((outcome) => result(outcome, outcome))))
    expect(lastFailed(folder)).toEqual(['failed', 'unreachable', 'cancelled'])
  })

  test('are those of the newest run that ended', async () => {
    await journalOf('2026-01-01', finished(result('old', 'failed')))
    await journalOf('2026-01-03', finished(result('new', 'failed'), result('good', 'changed')))
    await journalOf('2026-01-02', finished(result('older', 'failed')))
    await journalOf('2026-01-04', intended)
    await journalOf('2026-01-05')
    expect(lastFailed(folder)).toEqual(['new'])
    await journalOf('2026-01-06', finished(result('good', 'changed')))
    expect(lastFailed(folder)).toEqual([])
  })

  test('are told though the revision of the site was known only after the end', async () => {
    await journalOf('1', finished(result('web1', 'failed')), { type: 'site.revision', revision: null })
    expect(lastFailed(folder)).toEqual(['web1'])
  })

  test('are told though a crash tore the newest journal', async () => {
    await journalOf('1', finished(result('web1', 'failed')))
    await journalOf('2', finished(result('web2', 'failed')))
    const text = readFileSync(join(folder, '2.ndjson'), 'utf8')
    writeFileSync(join(folder, '2.ndjson'), text.slice(0, -20))
    expect(lastFailed(folder)).toEqual(['web1'])
  })

  test('are none where no run is recorded', async () => {
    expect(lastFailed(join(folder, 'missing'))).toEqual([])
    expect(existsSync(join(folder, 'missing'))).toBe(false)
    mkdirSync(join(folder, 'empty'))
    writeFileSync(join(folder, 'empty/notes.txt'), JSON.stringify(finished(result('web1', 'failed'))))
    expect([lastFailed(join(folder, 'empty')), readdirSync(join(folder, 'empty'))]).toEqual([[], ['notes.txt']])
  })
})
