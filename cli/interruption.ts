/** Aborts at the first Ctrl-C or SIGTERM; a second one ends the process at once. */
export const interruption = (): AbortSignal => {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort(signal))
  }
  return controller.signal
}
