import type { Member } from '../../../../../engine/rollout/database/member.ts'
import type { Sight } from '../../../../../engine/rollout/database/watch/sight.ts'

/** What is seen of these members: who answers has just done so, the others have been silent for these seconds. */
export const sightOf = (
  members: readonly Member[],
  silence: Readonly<Record<string, number>> = {},
  more: Partial<Sight> = {},
): Sight => ({
  members,
  silence: new Map(members.map(({ name }) => [name, silence[name] ?? 0])),
  deaf: new Map(),
  holder: null,
  ...more,
})
