import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildShop, folderFor, startShop } from './support/shop.ts'

const json = { 'Content-Type': 'application/json' }
const orderOf = (id: string) => ({
  method: 'POST',
  headers: json,
  body: JSON.stringify({ id, items: [{ product: 'mug', quantity: 2 }] }),
})

const linesIn = (shared: string) =>
  readFileSync(join(shared, 'orders.ndjson'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

const runningShop = async () => {
  const folder = await buildShop()
  const shared = folderFor('shared')
  return { folder, shared, shop: await startShop(folder, { SHARED: shared }) }
}

test('every answer says the release and the host', async () => {
  const { shop } = await runningShop()
  for (const path of ['/', '/products/kettle', '/basket', '/catalogue.json', '/readyz', '/nowhere']) {
    const { headers } = await fetch(shop.url + path)
    expect([path, headers.get('x-release'), headers.get('x-served-by')]).toEqual([path, 'v1-test', 'web1'])
  }
  expect(await (await fetch(shop.url)).text()).toContain('release v1-test</span><span>served by web1')
})

test('answers on IPv4 and IPv6', async () => {
  const { shop } = await runningShop()
  const { port } = new URL(shop.url)
  expect((await fetch(`http://[::1]:${port}/livez`)).status).toBe(200)
})

test('the same sources make the same release', async () => {
  const files = ['contents.json', 'version', 'catalogue.pdf', 'pages/index.html']
  const read = (folder: string) => files.map((file) => readFileSync(join(folder, 'dist', file), 'utf8'))
  expect(read(await buildShop())).toEqual(read(await buildShop()))
})

test('a basket is known to every instance, and to none whose secret is another', async () => {
  const { folder, shared, shop } = await runningShop()
  const form = { method: 'POST', body: new URLSearchParams({ product: 'mug', quantity: '3' }), redirect: 'manual' }
  const filled = await fetch(`${shop.url}/basket`, form as RequestInit)
  const Cookie = (filled.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const totalAt = async (url: string) => {
    const answer = await fetch(`${url}/basket.json`, { headers: { Cookie } })
    return ((await answer.json()) as { total: number }).total
  }
  const second = await startShop(folder, { SHARED: shared })
  const stranger = await startShop(folder, { SHARED: shared, BASKET_SECRET: 'another' })
  expect(await Promise.all([shop, second, stranger].map(({ url }) => totalAt(url)))).toEqual([3600, 3600, 0])

  const body = new URLSearchParams({ id: 'from-a-form' })
  const ordered = await fetch(`${second.url}/orders`, { method: 'POST', headers: { Cookie }, body })
  expect([ordered.status, ordered.headers.get('set-cookie')]).toEqual([201, expect.stringContaining('Max-Age=0')])
  expect(linesIn(shared)).toMatchObject([{ id: 'from-a-form', items: { mug: 3 }, total: 3600 }])
})

test('orders of two instances are whole lines of one file, and are known to both', async () => {
  const { folder, shared, shop } = await runningShop()
  const second = await startShop(folder, { SHARED: shared })
  const ids = Array.from({ length: 100 }, (_, index) => `order-${index}`)
  const urls = [shop.url, second.url]
  const answers = await Promise.all(ids.map((id, index) => fetch(`${urls[index % 2]}/orders`, orderOf(id))))
  expect(answers.map(({ status }) => status)).toEqual(ids.map(() => 201))
  expect(new Set(linesIn(shared).map(({ id }) => id))).toEqual(new Set(ids))
  expect(await (await fetch(`${second.url}/orders/order-0`)).json()).toMatchObject({ id: 'order-0', stored: 1 })
})

test('an id that comes twice is stored twice', async () => {
  const { shared, shop } = await runningShop()
  for (const _ of [1, 2]) expect((await fetch(`${shop.url}/orders`, orderOf('same'))).status).toBe(201)
  expect(linesIn(shared).map(({ id }) => id)).toEqual(['same', 'same'])
  expect(await (await fetch(`${shop.url}/orders/same`)).json()).toMatchObject({ stored: 2 })
})

test.each([
  ['no id', { items: [{ product: 'mug', quantity: 1 }] }, 'id:'],
  ['an id that is a path', { id: '../x', items: [{ product: 'mug', quantity: 1 }] }, 'id:'],
  ['nothing', { id: 'a', items: [] }, 'nothing is ordered'],
  ['what is not sold', { id: 'a', items: [{ product: 'yacht', quantity: 1 }] }, 'items:'],
  ['less than nothing', { id: 'a', items: [{ product: 'mug', quantity: -1 }] }, 'items:'],
])('an order of %s is refused', async (_, order, said) => {
  const { shared, shop } = await runningShop()
  const answer = await fetch(`${shop.url}/orders`, { method: 'POST', headers: json, body: JSON.stringify(order) })
  expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining(said)])
  expect(readFileSync(join(shared, 'orders.ndjson'), 'utf8')).toBe('')
})

test('a download takes as long as it is told, and is what was promised', async () => {
  const { shop } = await runningShop()
  const began = performance.now()
  const answer = await fetch(`${shop.url}/catalogue.pdf?seconds=1`)
  const body = new Uint8Array(await answer.arrayBuffer())
  expect((performance.now() - began) / 1000).toBeGreaterThan(0.9)
  expect(answer.headers.get('content-length')).toBe(String(body.length))
  const digest = createHash('sha256').update(body).digest('base64')
  expect(answer.headers.get('repr-digest')).toBe(`sha-256=:${digest}:`)
  expect((await fetch(`${shop.url}/catalogue.pdf?seconds=61`)).status).toBe(400)
})

test('a stop finishes what runs, takes nothing new and lets idle connections go', async () => {
  const { shop } = await runningShop()
  const { port } = new URL(shop.url)
  const idle = connect(Number(port), '127.0.0.1')
  const idleClosed = new Promise((resolve) => idle.once('close', resolve))
  const download = await fetch(`${shop.url}/catalogue.pdf?seconds=2`)
  shop.stop()
  await idleClosed
  await expect(fetch(`${shop.url}/readyz`)).rejects.toThrow('fetch failed')
  const body = await download.arrayBuffer()
  expect(download.headers.get('content-length')).toBe(String(body.byteLength))
  expect(await shop.ended).toBe(0)
})
