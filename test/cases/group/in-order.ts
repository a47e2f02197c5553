import { effect } from '../../../engine/core/fact.ts'
import { inOrder } from '../../../engine/core/plan.ts'
import { groups } from '../../../engine/facts/groups.ts'
import { group } from '../../../engine/resources/group.ts'
import type { Case } from '../case.ts'

export default {
  declare: group.present({ name: 'ops', system: true }),
  answers: [effect(groups, 'ops', { gid: 998 })],
  plan: inOrder,
} satisfies Case
