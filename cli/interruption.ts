let interrupted: AbortSignal | undefined

/** Aborts at the first Ctrl-C or SIGTERM; a second Ctrl-C ends the process at once. */
export const interruption = (): AbortSignal => {
  interrupted ??= listen()
  return interrupted
}

const listen = (): AbortSignal => {
  const controller = new AbortController()
  const abort = (signal: NodeJS.Signals): void => {
    process.off('SIGINT', abort)
    controller.abort(signal)
  }
  process.on('SIGINT', abort)
  // Repeated it is the same wish: a scheduler that is killed tells its jobs once for each of its threads that ends.
  process.on('SIGTERM', abort)
  return controller.signal
}
