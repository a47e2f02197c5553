import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { buildShop, folderFor, startShop } from '../../examples/support/shop.ts'
import { startLoad } from './load.ts'
import { compareOrders, storedIds } from './orders.ts'
import { perform } from './request.ts'
import { answer, roughServer } from './rough-server.ts'
import { firstSeen } from './sightings.ts'

const download = { clients: 2, pauseMs: 100, seconds: 1 }

const runningShop = async () => {
  const folder = await buildShop()
  const shared = folderFor('shared')
  return { folder, shared, shop: await startShop(folder, { SHARED: shared }) }
}

const storedIn = (shared: string) => storedIds(readFileSync(join(shared, 'orders.ndjson'), 'utf8'))

test('a shop that is left in peace fails nobody, and stores each order once', async () => {
  const { shared, shop } = await runningShop()
  const load = startLoad({ url: shop.url, streams: { download } })
  await expect.poll(() => load.soFar().streams.download?.requests, { timeout: 10_000 }).toBeGreaterThan(2)
  const result = await load.stop()
  expect(result.failures).toEqual({})
  expect(Object.keys(result.streams).sort()).toEqual(['close', 'download', 'fixed-rate', 'keep-alive', 'order'])
  expect(result.sightings).toMatchObject([{ release: 'v1-test', host: 'web1', count: result.requests }])
  expect(firstSeen(result.sightings, 'v1-test')).toBeLessThan(1000)
  expect(result.orders.acknowledged.length).toBeGreaterThan(20)
  expect(storedIn(shared).sort()).toEqual([...result.orders.acknowledged].sort())
})

test('a shop that is killed has lost nothing that it acknowledged', async () => {
  const { shared, shop } = await runningShop()
  const load = startLoad({ url: shop.url, streams: { download, order: { perSecond: 100 } } })
  await expect.poll(() => load.soFar().orders.acknowledged.length, { timeout: 10_000 }).toBeGreaterThan(100)
  shop.stop('SIGKILL')
  await expect.poll(() => load.soFar().failures['connect refused'], { timeout: 10_000 }).toBeGreaterThan(10)
  const result = await load.stop()
  expect(result.failed).toBeGreaterThan(10)
  const { lost, twice, strangers } = compareOrders(result.orders, storedIn(shared))
  expect({ lost, twice, strangers }).toEqual({ lost: [], twice: [], strangers: [] })
})

test('a stop waits for what is under way', async () => {
  const { shop } = await runningShop()
  const load = startLoad({ url: shop.url, streams: { download: { ...download, clients: 1 } } })
  await expect.poll(() => load.soFar().requests, { timeout: 5000 }).toBeGreaterThan(20)
  const result = await load.stop()
  expect(result.streams.download).toMatchObject({ requests: 1, failed: 0 })
})

test('at a fixed rate a server that stalls is seen by all that it kept waiting', async () => {
  const release = performance.now() + 1000
  const url = await roughServer((socket) => {
    setTimeout(() => socket.write(answer('hello')), Math.max(0, release - performance.now()))
  })
  const streams = { 'keep-alive': null, close: null, download: null, order: null, 'fixed-rate': { perSecond: 50 } }
  const load = startLoad({ url, pages: [{ path: '/', contains: 'hello' }], streams })
  await expect.poll(() => load.soFar().requests, { timeout: 5000 }).toBeGreaterThan(60)
  const { latency, failed } = await load.stop()
  expect(failed).toBe(0)
  expect(latency.p50).toBeGreaterThan(200)
  expect(latency.max).toBeGreaterThan(800)
})

test('what this process itself was too busy to send in time is counted', async () => {
  const url = await roughServer((socket) => socket.write(answer('hello')))
  const streams = { 'keep-alive': null, close: null, download: null, order: null, 'fixed-rate': { perSecond: 100 } }
  const load = startLoad({ url, pages: [{ path: '/', contains: 'hello' }], streams })
  await expect.poll(() => load.soFar().requests, { timeout: 5000 }).toBeGreaterThan(5)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
  await expect.poll(() => load.soFar().streams['fixed-rate']?.late, { timeout: 5000 }).toBeGreaterThan(30)
  const { latency } = await load.stop()
  expect(latency.max).toBeGreaterThan(400)
})

test('what came while this process was held up is no failure', async () => {
  const url = new URL(await roughServer((socket) => socket.write(answer('hello'))))
  const limits = { connectMs: 1000, answerMs: 10_000 }
  for (let times = 0; times < 3; times++) {
    const asked = perform({ url, expected: { status: 200, contains: 'hello' }, agent: false, limits })
    // It connects in the same turn; what becomes of that is heard of when its time is over.
    await new Promise(setImmediate)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1200)
    expect((await asked).failure).toBeNull()
  }
})

const cli = (...args: string[]) =>
  execa(process.execPath, ['--import', 'tsx', 'test/load/generator/cli.ts', ...args], {
    reject: false,
    forceKillAfterDelay: false,
  })

test('the command says how many failed, and exits by it', async () => {
  const { shop } = await runningShop()
  const json = join(folderFor('load'), 'load.json')
  const good = cli(shop.url, '--seconds', '1', '--json', json)
  expect(await good).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^\d+ requests, 0 failed$/m) })
  expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ failed: 0, orders: { unknown: [] } })
  const url = await roughServer((socket) => socket.end())
  expect(await cli(url, '--seconds', '1')).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/^ {2}\d+ closed$/m),
  })
})

test('the command goes on until it is told to end', async () => {
  const { shared, shop } = await runningShop()
  const running = cli(shop.url)
  await expect.poll(() => storedIn(shared).length, { timeout: 10_000 }).toBeGreaterThan(10)
  running.kill('SIGTERM')
  expect(await running).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^[1-9]\d* requests, 0 failed$/m) })
})

test.each([[[]], [['nowhere']], [['http://127.0.0.1', '--seconds', '0']], [['http://127.0.0.1', '--fast']]])(
  'wrong usage: %j',
  async (args) => {
    expect(await cli(...args)).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('Usage: cli.ts URL') })
  },
)
