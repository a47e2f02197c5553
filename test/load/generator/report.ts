import type { Latency } from './latency.ts'
import type { Sighting } from './sightings.ts'
import type { LoadResult, StreamResult } from './tally.ts'

const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`

const seconds = (value: number): string => `${(value / 1000).toFixed(1)} s`

const latencyText = ({ p50, p99, max }: Latency): string => `p50 ${ms(p50)}, p99 ${ms(p99)}, max ${ms(max)}`

const streamText = ([name, { requests, failed, late, latency }]: [string, StreamResult]): string =>
  `  ${name.padEnd(11)} ${String(requests).padStart(6)} requests, ${failed} failed` +
  `${late > 0 ? `, ${late} sent late` : ''}; ${latencyText(latency)}`

const sightingText = ({ release, host, count, first, last }: Sighting): string =>
  `  ${release} on ${host}: ${count} answers, from ${seconds(first)} to ${seconds(last)}`

const ordersText = ({ acknowledged, unknown }: LoadResult['orders']): string[] =>
  acknowledged.length + unknown.length === 0
    ? []
    : [`  ${acknowledged.length} orders acknowledged, the fate of ${unknown.length} unknown`]

/** What came of a load. The first line says how many requests failed, the next ones each class of failure. */
export const reportText = (result: LoadResult): string =>
  [
    `${result.requests} requests, ${result.failed} failed`,
    ...Object.entries(result.failures).map(([name, count]) => `  ${count} ${name}`),
    ...Object.entries(result.streams).map(streamText),
    ...result.sightings.map(sightingText),
    ...ordersText(result.orders),
  ].join('\n')
