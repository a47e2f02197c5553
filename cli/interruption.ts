let interrupted: AbortSignal | undefined

/** Aborts at the first Ctrl-C or SIGTERM; the second one ends the process at once. */
export const interruption = (): AbortSignal => {
  interrupted ??= listen()
  return interrupted
}

const listen = (): AbortSignal => {
  const controller = new AbortController()
  const signals = ['SIGINT', 'SIGTERM'] as const
  const abort = (signal: NodeJS.Signals): void => {
    for (const each of signals) process.off(each, abort)
    controller.abort(signal)
  }
  for (const each of signals) process.on(each, abort)
  return controller.signal
}
