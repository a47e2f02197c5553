import type { Fact } from '../core/fact.ts'
import { command } from '../core/shell.ts'
import { lookupFunction } from './lookup.ts'

export interface GroupAnswer {
  /** Null where it is not known yet. */
  readonly gid: number | null
}

/** Null where there is none. */
export const groups: Fact<string, GroupAnswer | null> = {
  name: 'groups',

  script: (names) => `${lookupFunction}
${command('lookup', 'group', ...names)}`,

  parse: (output, names) => {
    const gids = new Map(output.split('\n').map((line) => [line.split(':')[0], Number(line.split(':')[2])]))
    return names.map((name) => {
      const gid = gids.get(name)
      return gid === undefined ? null : { gid }
    })
  },
}
