import type { Progress } from '../../../../engine/converge/perform/perform.ts'

/** Hears of all that is done, and says nothing. */
export const quiet: Progress = {
  item: () => {},
  reaction: () => {},
  intended: () => {},
  begun: () => {},
  done: () => {},
  failed: () => {},
}
