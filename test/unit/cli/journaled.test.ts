import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { journaled } from '../../../cli/journaled.ts'
import { hideSecrets } from '../../../cli/masking.ts'
import { FettleError } from '../../../engine/core/error.ts'
import type { Emit, Event, Revision } from '../../../engine/core/event.ts'
import { secretOf } from '../../../engine/core/secret.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fettle-journaled-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const text = () => readFileSync(join(folder, '.fettle/runs/r.ndjson'), 'utf8')
const recorded = (): Event[] =>
  text()
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { at: _, ...event } = JSON.parse(line)
      return event
    })

const run = <Result>(work: (emit: Emit) => Promise<Result>, revision = Promise.resolve<Revision | null>(null)) => {
  const shown: Event[] = []
  return { shown, ended: journaled({ run: 'r', folder, revision, show: (event) => shown.push(event) }, work) }
}

const warning = (message: string): Event => ({ type: 'warning', message })

test('what is said is shown, and written down', async () => {
  const { shown, ended } = run(async (emit) => {
    emit(warning('a'))
    return 7
  })
  expect(await ended).toBe(7)
  expect(shown).toEqual([warning('a')])
  expect(recorded()).toEqual(expect.arrayContaining([warning('a'), { type: 'site.revision', revision: null }]))
})

test('the revision is written down when it is known, and nobody waits for it before the end', async () => {
  let know: (revision: Revision) => void = () => {}
  const late = new Promise<Revision>((resolve) => {
    know = resolve
  })
  const { ended } = run(async (emit) => {
    emit(warning('done'))
    know({ commit: 'c', dirty: true })
  }, late)
  await ended
  expect(recorded()).toEqual([warning('done'), { type: 'site.revision', revision: { commit: 'c', dirty: true } }])
})

test('a secret is in no line, whatever the line is about', async () => {
  await hideSecrets([secretOf('correct horse')])
  const problem = { code: 'step.failed', message: 'no', detail: 'it said correct horse' } as const
  const { ended } = run(async (emit) => {
    emit(warning('password=correct horse'))
    throw new FettleError(problem)
  })
  await expect(ended).rejects.toMatchObject({ code: 'step.failed' })
  expect(text()).not.toContain('correct horse')
  expect(recorded().at(-1)).toMatchObject({ type: 'run.failed', run: 'r', problems: [{ code: 'step.failed' }] })
})

test('a bug ends a run without a problem of the user’s', async () => {
  const { shown, ended } = run(async () => {
    throw new TypeError('oops')
  })
  await expect(ended).rejects.toThrow('oops')
  expect(shown).toEqual([{ type: 'run.failed', run: 'r', problems: [] }])
  expect(recorded().at(-1)).toEqual({ type: 'run.failed', run: 'r', problems: [] })
})
