import { groupBy } from '../../engine/core/group-by.ts'
import type { Said } from './said.ts'

/** Milliseconds for which a line waits for others like it. Too short to be noticed. */
const patience = 80

export interface Fold {
  say(said: Said): void
  /** Writes what is waiting. */
  flush(): void
}

/** Gathers what is said in one moment, so that the same on many hosts becomes one line. */
export const createFold = (write: (said: Said, hosts: readonly string[]) => void): Fold => {
  const waiting: Said[] = []
  let timer: NodeJS.Timeout | undefined
  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    for (const same of groupBy(waiting.splice(0), ({ mark, label, more }) => [mark, label, more].join('\0')).values())
      write(
        same[0] as Said,
        same.flatMap(({ host }) => (host === undefined ? [] : [host])),
      )
  }
  return {
    say: (said) => {
      waiting.push(said)
      timer ??= setTimeout(flush, patience)
    },
    flush,
  }
}
