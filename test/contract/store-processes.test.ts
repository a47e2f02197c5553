import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore, type StoreRequest } from '../../engine/store/database/index.ts'
import { takeLock } from '../../engine/store/database/lock.ts'
import { importJournals } from '../../engine/store/import/import.ts'
import { append, eventful, linesOf, runName } from './support/journals.ts'
import { startPostgres } from './support/postgres.ts'
import { contentOf, embeddedStores } from './support/stores.ts'

const [embedded, server] = await Promise.all([embeddedStores(), startPostgres()])
afterAll(async () => {
  embedded.stop()
  await server.stop()
})
const onServer = (): StoreRequest => ({ folder: '/nowhere', holder: 'x', patience: 1, url: server.freshUrl() })

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fettle-runs-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const program = fileURLToPath(new URL('support/importer.ts', import.meta.url))

/** Another process that imports; told by its lines how far it is. */
const importer = (request: StoreRequest) => {
  const child = spawn(process.execPath, ['--import', 'tsx', program, JSON.stringify(request), folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  const opened = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      said.push(line)
      resolve()
    })
  })
  let complaints = ''
  child.stderr.on('data', (chunk) => {
    complaints += chunk
  })
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, said, complaints }))
  return { opened: Promise.race([opened, ended]), kill: () => child.kill('SIGKILL'), ended }
}

const contentIn = async (request: StoreRequest) => {
  const store = await openStore(request)
  try {
    await importJournals(store, folder)
    return await contentOf(store)
  } finally {
    await store.close()
  }
}

const many = (from: number, to: number): void => {
  for (let number = from; number < to; number++) append(folder, runName(number), linesOf(eventful()))
}

const unmade = (): StoreRequest => ({ folder: join(folder, 'store'), holder: 'x', patience: 60 })

describe.each([
  ['embedded', () => embedded.fresh(), unmade],
  ['on a server', onServer, onServer],
])('%s', (_, fresh, first) => {
  it('loses nothing to kill -9, whenever it comes', async () => {
    const request = fresh()
    const kills: string[] = []
    many(0, 150)
    for (let turn = 0; turn < 12; turn++) {
      const { opened, kill, ended } = importer(request)
      await opened
      // Spread over the time that all of it takes.
      await new Promise((resolve) => setTimeout(resolve, turn * 40))
      kill()
      const { signal, said, complaints } = await ended
      expect(complaints).toBe('')
      kills.push(signal === 'SIGKILL' && !said.includes('done') ? 'within' : 'after')
      many(150 + turn, 151 + turn)
    }
    expect(kills).toContain('within')
    expect(await contentIn(request)).toEqual(await contentIn(fresh()))
  }, 180_000)

  it('loses nothing where several import at once while journals grow', async () => {
    const request = { ...fresh(), patience: 60 }
    many(0, 40)
    const text = Buffer.from(linesOf(eventful()))
    const importers = [1, 2, 3, 4].map(() => importer(request))
    for (let start = 0; start < text.length; start += 500) {
      for (const run of [41, 42, 43]) append(folder, runName(run), text.subarray(start, start + 500))
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const ends = await Promise.all(importers.map(({ ended }) => ended))
    expect(ends.map(({ code, complaints }) => ({ code, complaints }))).toEqual(
      ends.map(() => ({ code: 0, complaints: '' })),
    )
    expect(await contentIn(request)).toEqual(await contentIn(fresh()))
  })

  it('is laid once where several open it for the first time', async () => {
    const request = first()
    many(0, 3)
    const ends = await Promise.all([1, 2, 3].map(() => importer(request).ended))
    expect(ends.map(({ complaints }) => complaints)).toEqual(['', '', ''])
    expect(await contentIn(request)).toEqual(await contentIn(fresh()))
  })
})

describe('an embedded store', () => {
  it('is made whole although its first opening was killed, whenever that was', async () => {
    const request = unmade()
    for (const wait of [1200, 2400]) {
      const { kill, ended } = importer(request)
      await new Promise((resolve) => setTimeout(resolve, wait))
      kill()
      expect((await ended).complaints).toBe('')
    }
    many(0, 2)
    expect(await contentIn(request)).toEqual(await contentIn(embedded.fresh()))
  })

  it('is one process’s at a time; who waits too long is told whose', async () => {
    const request = embedded.fresh()
    const store = await openStore({ ...request, holder: 'ada’s fettle runs' })
    await expect(openStore({ ...request, patience: 0.1 })).rejects.toMatchObject({
      code: 'store.held',
      problems: [{ detail: 'ada’s fettle runs has it' }],
    })
    const { ended, opened } = importer({ ...request, patience: 60 })
    await store.close()
    await opened
    expect((await ended).said).toEqual(['open', 'done'])
  })

  it.each([
    ['what says where they are', 'data/global/pg_control'],
    ['a table', 'TABLE'],
    ['all of it', 'data/base'],
  ])('says that its files are damaged, and lets go of them: %s', async (_, damaged) => {
    const request = embedded.fresh()
    const store = await openStore(request)
    const [table] = await store.query<{ file: string }>("SELECT pg_relation_filepath('fettle.store') AS file")
    await store.close()
    const path = join(request.folder, damaged.replace('TABLE', `data/${table?.file}`))
    if (damaged === 'data/base') rmSync(path, { recursive: true })
    else writeFileSync(path, 'not any more')
    for (const _ of [1, 2]) await expect(openStore(request)).rejects.toMatchObject({ code: 'store.damaged' })
  })

  it('says that its folder cannot be used', async () => {
    writeFileSync(join(folder, 'store'), 'no folder')
    await expect(openStore(unmade())).rejects.toMatchObject({ code: 'store.failed' })
  })
})

describe('a server', () => {
  it('that ends the connection, or is not for us to write to, is told as such', async () => {
    const request = onServer()
    const [store, other] = [await openStore(request), await openStore(request)]
    const [own] = await store.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    await other.query('SELECT pg_terminate_backend($1::integer)', [own?.pid ?? 0])
    await expect(contentOf(store)).rejects.toMatchObject({ code: 'store.failed' })
    await store.close()
    await other.run('CREATE ROLE reader LOGIN; SET ROLE reader')
    await expect(importJournals(other, folder)).rejects.toMatchObject({ code: 'store.failed' })
    await other.close()
    const asReader = { ...onServer(), url: onServer().url?.replace('user=postgres', 'user=reader') }
    await expect(openStore(asReader)).rejects.toMatchObject({ code: 'store.failed' })
  })
})

describe('the lock', () => {
  const request = () => ({ file: join(folder, 'lock'), holder: 'first', patience: 0.1 })

  it('is let go of by the kernel, and says who has it', async () => {
    const release = await takeLock(request())
    expect(readFileSync(request().file, 'utf8')).toBe('first')
    await expect(takeLock({ ...request(), holder: 'second' })).rejects.toMatchObject({ code: 'store.held' })
    expect(readFileSync(request().file, 'utf8')).toBe('first')
    release()
    const again = await takeLock({ ...request(), holder: 'third' })
    expect(readFileSync(request().file, 'utf8')).toBe('third')
    again()
  })

  it('is on the file that others find there', async () => {
    const release = await takeLock(request())
    const second = takeLock({ ...request(), patience: 60 })
    rmSync(request().file)
    writeFileSync(request().file, '')
    release()
    const releaseSecond = await second
    await expect(takeLock(request())).rejects.toMatchObject({ code: 'store.held' })
    releaseSecond()
  })

  it('cannot be had without the program for it', async () => {
    const path = process.env.PATH
    process.env.PATH = folder
    try {
      await expect(takeLock(request())).rejects.toMatchObject({ code: 'store.failed' })
    } finally {
      process.env.PATH = path
    }
  })
})
