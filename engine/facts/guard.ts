import type { Fact } from '../core/fact.ts'
import { quote } from '../core/shell.ts'

/**
 * Whether a condition, written as POSIX sh, holds: exit status 0. Each runs in a shell of its own, so that one with
 * a mistake spoils no other, and for half a minute at most, because everything else waits for it.
 */
export const guard: Fact<string, boolean> = {
  name: 'guard',

  script: (conditions) =>
    conditions
      .map((condition) => `LC_ALL=C.UTF-8 timeout 30 sh -c ${quote(condition)} </dev/null >/dev/null 2>&1; echo $?`)
      .join('\n'),

  parse: (output, conditions) => {
    const statuses = output.split('\n')
    return conditions.map((_, index) => statuses[index] === '0')
  },
}
