import { effect } from '../../../engine/core/fact.ts'
import { inOrder } from '../../../engine/core/plan.ts'
import { timezone as fact } from '../../../engine/facts/timezone.ts'
import { timezone } from '../../../engine/resources/timezone.ts'
import type { Case } from '../case.ts'

export default {
  declare: timezone.set({ name: 'Etc/UTC' }),
  answers: [effect(fact, null, { target: '/usr/share/zoneinfo/Etc/UTC', file: null })],
  plan: inOrder,
} satisfies Case
