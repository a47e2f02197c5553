import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { buildShop, folderFor, migrate, startShop } from './support/shop.ts'

const statuses = async (url: string) => [(await fetch(`${url}/livez`)).status, (await fetch(`${url}/readyz`)).status]

const startWith = async (fault: string) => startShop(await buildShop(fault), { SHARED: folderFor('shared') })

const readyWithin = (url: string, ms: number) => expect.poll(() => statuses(url), { timeout: ms }).toEqual([200, 200])

describe('a release that was built to fail', () => {
  test('cannot be built by mistake', async () => {
    expect(existsSync(join(await buildShop(), 'dist/fault.json'))).toBe(false)
    await expect(buildShop('never-heathy')).rejects.toThrow('SHOP_FAULT: one of never-healthy, ')
  })

  test('is never healthy', async () => {
    const shop = await startWith('never-healthy')
    await expect.poll(shop.said).toMatch(/^not ready$/m)
    expect(await statuses(shop.url)).toEqual([200, 503])
  })

  test('starts slowly', async () => {
    const shop = await startWith('slow-start')
    expect(await statuses(shop.url)).toEqual([200, 503])
    await readyWithin(shop.url, 20_000)
  })

  test('dies', async () => {
    const shop = await startWith('dies-after-20s')
    await readyWithin(shop.url, 1000)
    expect(await shop.ended).toBe(1)
  })

  test('dies of what it finds, and each time that it is started', async () => {
    const shared = folderFor('shared')
    const release = await buildShop('dies-of-data')
    const shop = await startShop(release, { SHARED: shared })
    await readyWithin(shop.url, 1000)
    writeFileSync(join(shared, 'poison'), '')
    expect(await shop.ended).toBe(1)
    expect(await (await startShop(release, { SHARED: shared })).ended).toBe(1)
  })

  test('ignores SIGTERM', async () => {
    const shop = await startWith('ignores-sigterm')
    await readyWithin(shop.url, 1000)
    shop.stop()
    await expect.poll(shop.said).toMatch(/^SIGTERM: ignored$/m)
    expect(await statuses(shop.url)).toEqual([200, 200])
    shop.stop('SIGKILL')
    expect(await shop.ended).toBe('SIGKILL')
  })
})

describe('the migration', () => {
  test('goes on from where the data is, and once is as good as twice', async () => {
    const shared = folderFor('shared')
    const release = await buildShop()
    expect(await migrate(release, shared)).toEqual({ exit: 0, said: 'schema: version 1 -> 2' })
    expect(await migrate(release, shared)).toEqual({ exit: 0, said: 'schema: version 2, nothing to do' })
    expect(JSON.parse(readFileSync(join(shared, 'schema.json'), 'utf8'))).toMatchObject({ version: 2 })
  })

  test('adds to orders, and takes nothing away', async () => {
    const shared = folderFor('shared')
    const release = await buildShop()
    const body = JSON.stringify({ id: 'one', items: [{ product: 'mug', quantity: 1 }] })
    const request = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body }
    const before = await startShop(release, { SHARED: shared })
    await migrate(release, shared)
    const after = await startShop(release, { SHARED: shared })
    for (const { url } of [before, after]) await fetch(`${url}/orders`, request)
    const [first, second] = readFileSync(join(shared, 'orders.ndjson'), 'utf8').trimEnd().split('\n')
    expect(Object.keys(JSON.parse(first ?? ''))).toEqual(['id', 'placed', 'items', 'total'])
    expect(Object.keys(JSON.parse(second ?? ''))).toEqual(['id', 'placed', 'items', 'total', 'release'])
  })

  test('may be built to fail, and has changed nothing then', async () => {
    const shared = folderFor('shared')
    const { exit, said } = await migrate(await buildShop('migration-fails'), shared)
    expect([exit, said]).toEqual([1, expect.stringContaining('the migration from version 1 fails')])
    expect(existsSync(join(shared, 'schema.json'))).toBe(false)
  })
})
