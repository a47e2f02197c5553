import type { PracticeHost } from '../../lab/harness.ts'
import type { LoadOptions } from '../generator/load.ts'
import { compareOrders, type Fates, type OrderComparison, storedIds } from '../generator/orders.ts'
import type { LoadResult } from '../generator/tally.ts'
import { hitsIn, leftOut, troublesIn } from '../witness/samples.ts'
import { type Testimony, watchBalancer } from '../witness/watch.ts'
import { startLoadApart } from './apart.ts'
import { report } from './report.ts'
import type { Shop } from './shop.ts'

/** What came of a time under load. */
export interface Measured {
  /** When the loads began: milliseconds of performance.now(). */
  readonly began: number
  /** One for each balancer. */
  readonly loads: readonly LoadResult[]
  readonly testimonies: readonly Testimony[]
  readonly orders: OrderComparison
}

/** Counts: all but the first are 0 where nothing went wrong. */
export interface Account {
  readonly requests: number
  readonly failed: number
  readonly failures: Readonly<Record<string, number>>
  /** By HAProxy's own account. */
  readonly witnessed: Readonly<Record<string, number>>
  readonly lost: number
  readonly twice: number
}

interface Options {
  readonly streams?: LoadOptions['streams']
}

/** Loads all balancers from before some work until after it, and reports what came of it under a name. */
export const underLoad = async (
  shop: Shop,
  scenario: string,
  work: () => Promise<void>,
  { streams = {} }: Options = {},
): Promise<Measured> => {
  const watches = await Promise.all(shop.balancers.map(watchBalancer))
  const running = await Promise.all(
    shop.balancers.map(({ address }) => startLoadApart({ url: `http://${address}`, streams })),
  )
  const began = Math.min(...running.map((load) => load.began))
  const ended = await work().then(
    () => null,
    (error: unknown) => ({ error }),
  )
  const loads = await Promise.all(running.map((load) => load.stop()))
  const seconds = (performance.now() - began) / 1000
  const testimonies = await Promise.all(watches.map((watch) => watch.stop()))
  if (ended) throw ended.error
  const measured = { began, loads, testimonies, orders: await ordersOf(shop, loads) }
  const { requests, failed, failures, witnessed, lost, twice } = accountOf(measured)
  report({
    ...{ scenario, requests, failed: inWords(failed, failures), orders: `${lost} / ${twice}`, seconds },
    witnessed: inWords(sumOf(witnessed), witnessed),
  })
  return measured
}

const inWords = (sum: number, parts: Readonly<Record<string, number>>): string =>
  sum === 0
    ? '0'
    : `${sum} (${Object.entries(parts)
        .filter(([, count]) => count > 0)
        .map(([name, count]) => `${count} ${name}`)
        .join(', ')})`

const sumOf = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0)

const added = (all: readonly Readonly<Partial<Record<string, number>>>[]): Record<string, number> => {
  const sums: Record<string, number> = {}
  for (const [name, count] of all.flatMap((each) => Object.entries(each))) sums[name] = (sums[name] ?? 0) + (count ?? 0)
  return sums
}

/** Orders that all hosts together have stored, those of earlier loads passed over. */
const ordersOf = async ({ apps }: Shop, loads: readonly LoadResult[]): Promise<OrderComparison> => {
  const of = (fate: keyof Fates) => loads.flatMap(({ orders }) => orders[fate])
  const sent = { acknowledged: of('acknowledged'), refused: of('refused'), unknown: of('unknown') }
  const stored = await Promise.all(apps.map(storedOn))
  return compareOrders(sent, stored.flat())
}

const storedOn = async (host: PracticeHost): Promise<string[]> => {
  const { exit, stdout, stderr } = await host.sh('cat /srv/shop/shared/orders.ndjson')
  if (exit !== 0) throw new Error(`${host.name} does not say what it has stored: ${stderr}`)
  return storedIds(stdout)
}

export const accountOf = ({ loads, testimonies, orders }: Measured): Account => ({
  requests: loads.reduce((sum, { requests }) => sum + requests, 0),
  failed: loads.reduce((sum, { failed }) => sum + failed, 0),
  failures: added(loads.map(({ failures }) => failures)),
  witnessed: added(testimonies.map(witnessedBy)),
  lost: orders.lost.length,
  twice: orders.twice.length,
})

const witnessedBy = ({ log, samples }: Testimony): Record<string, number> => ({
  'ended badly': log.broken.length,
  'answers of 5xx': log.serverErrors.length,
  'tried again': log.retried.length,
  'hits out of rotation': hitsIn(samples).length,
  'left out of rotation': leftOut(samples).length,
  ...added(Object.values(troublesIn(samples))),
})
