import { expect } from 'vitest'
import { hitsIn, leftOut, troublesIn } from '../witness/samples.ts'
import type { Testimony } from '../witness/watch.ts'
import type { Measured } from './under-load.ts'

/** No request failed in any way, no order was lost or came twice, and HAProxy says the same. */
export const expectFlawless = (measured: Measured): void => {
  const { loads, testimonies } = measured
  expect(loads.flatMap(({ examples }) => examples)).toEqual([])
  expect(loads.map(({ failures }) => failures)).toEqual(loads.map(() => ({})))
  for (const [index, testimony] of testimonies.entries())
    expectWitness(testimony, loads[index]?.requests ?? Number.POSITIVE_INFINITY)
  expectOrders(measured)
  expect(measured.orders.unknown).toEqual({ stored: [], missing: [] })
}

/** When requests failed: milliseconds of performance.now(). */
export const failuresOf = ({ began, loads }: Measured): number[] =>
  loads.flatMap(({ examples }) => examples.map(({ endedAt }) => began + endedAt))

/** None lost, none twice; whatever else has failed. */
export const expectOrders = ({ loads, orders }: Measured): void => {
  const { lost, twice, refusedButStored } = orders
  expect({ lost, twice, refusedButStored }).toEqual({ lost: [], twice: [], refusedButStored: [] })
  expect(loads.map((load) => load.orders.acknowledged.length > 0)).toEqual(loads.map(() => true))
}

/** A log that has fewer lines than there were requests has lost some, and bears witness of nothing. */
const expectWitness = ({ balancer, log, samples }: Testimony, requests: number): void => {
  const { broken, serverErrors, retried } = log
  expect({ broken, serverErrors, retried }, balancer).toEqual({ broken: [], serverErrors: [], retried: [] })
  expect(log.entries, `${balancer}, lines of its log`).toBeGreaterThanOrEqual(requests)
  expect(troublesIn(samples), balancer).toEqual({})
  expectNobodyOut({ balancer, log, samples })
}

/** No request went where none should, and at the end every server is in rotation again, in every process. */
export const expectNobodyOut = ({ balancer, samples }: Testimony): void => {
  expect(hitsIn(samples), `${balancer}, requests to what was out of rotation`).toEqual([])
  expect(leftOut(samples), `${balancer}, out of rotation at the end`).toEqual([])
}
