import type { Ordered } from './orders.ts'

/** Replaces all that one server has by a copy of what another one has, which goes on serving meanwhile. */
export type Copy = (server: Ordered, donor: Ordered) => Promise<void>
