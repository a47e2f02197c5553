/** Why something was not waited for any longer. */
export type Reached = 'timeout' | 'cancelled'

export interface Limit {
  /** Settles when time is up or the signal came; never otherwise. */
  readonly reached: Promise<Reached>
  clear(): void
}

/** `timeout` in milliseconds. */
export const limit = (timeout: number | undefined, signal: AbortSignal | undefined): Limit => {
  let clear = () => {}
  const reached = new Promise<Reached>((resolve) => {
    const cancel = () => resolve('cancelled')
    const timer = timeout === undefined ? undefined : setTimeout(() => resolve('timeout'), timeout)
    // One signal may stop hundreds of hosts: listeners on the signal itself would look like a leak to Node.
    const followed = signal && AbortSignal.any([signal])
    if (followed?.aborted) cancel()
    followed?.addEventListener('abort', cancel)
    clear = () => {
      clearTimeout(timer)
      followed?.removeEventListener('abort', cancel)
    }
  })
  return { reached, clear }
}

/** Waits for `work`, but no longer than the limit. Whatever comes of the work later is dropped. */
export const within = async <Result>(
  limits: { readonly timeout?: number | undefined; readonly signal?: AbortSignal | undefined },
  work: Promise<Result>,
): Promise<{ readonly result: Result } | { readonly reached: Reached }> => {
  const { reached, clear } = limit(limits.timeout, limits.signal)
  try {
    return await Promise.race([work.then((result) => ({ result })), reached.then((reached) => ({ reached }))])
  } finally {
    clear()
  }
}
