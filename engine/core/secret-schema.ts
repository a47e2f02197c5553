import type { z } from 'zod'

/** By the function that a schema accepts secrets with: it stays the same when the schema is described or made optional. */
const fallbacks = new WeakMap<object, string | null>()

/** Notes that what accepts by this function is secret, and what counts where nobody writes anything; null for nothing. */
export const noteSecret = (accepts: (value: unknown) => boolean, fallback: string | null): void => {
  fallbacks.set(accepts, fallback)
}

/** What counts where nobody writes anything, null for nothing; undefined for a schema that is not of secrets. */
export const fallbackOf = (schema: z.core.$ZodType): string | null | undefined => {
  const { type, fn } = schema._zod.def as { type: string; fn?: object }
  return type === 'custom' && fn ? fallbacks.get(fn) : undefined
}
