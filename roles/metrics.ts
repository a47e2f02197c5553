import { z } from 'zod'
import { From, port } from './from.ts'

/** Where figures for Prometheus are, at which port if none is said. */
export const metricsAt = (standard: number) =>
  z.strictObject({
    port: port.default(standard).describe('Where `/metrics` is, and nothing else'),
    from: From.describe('Who may read it: `{ group: NAME }` or `{ networks: [NETWORK] }`'),
  })
