import { z } from 'zod'
import type { Listen } from '../engine/core/listen.ts'
import { From, port } from './common-settings.ts'

/** Where figures for Prometheus are, at which port if none is said. */
export const metricsAt = (standard: number) =>
  z.strictObject({
    port: port.default(standard).describe('Where `/metrics` is, and nothing else'),
    from: From.describe('Who may read it: `{ group: NAME }` or `{ networks: [NETWORK] }`'),
  })

type Metrics = z.output<ReturnType<typeof metricsAt>>

/** What is open for them: their port, and others where there are more for the same readers. */
export const metricsListens = (metrics: Metrics | null | undefined, ...others: readonly number[]): readonly Listen[] =>
  metrics
    ? [metrics.port, ...others].map((port) => ({ port, protocol: 'tcp', from: metrics.from, why: 'metrics' }))
    : []
