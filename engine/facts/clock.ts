import type { Fact } from '../core/fact.ts'

/** The host's clock, seconds since the epoch. */
export const clock: Fact<null, number> = {
  name: 'clock',
  script: () => 'date +%s.%N',
  parse: (output) => [Number(output)],
}
