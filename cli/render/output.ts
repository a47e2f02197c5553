import type { Writable } from 'node:stream'

export interface Output {
  write(text: string): void
  /** Forgets the stream. */
  release(): void
}

/** Writes until nobody reads any more: a closed pipe ends the text, not the run. */
export const createOutput = (stream: Writable): Output => {
  let isOpen = true
  const failed = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error
    isOpen = false
  }
  stream.on('error', failed)
  return {
    write: (text) => {
      if (isOpen && !stream.destroyed) stream.write(text)
    },
    release: () => {
      // A pipe may still report its end after the last write.
      setTimeout(() => stream.off('error', failed), 1000).unref()
    },
  }
}
