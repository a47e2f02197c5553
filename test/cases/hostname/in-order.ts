import { effect } from '../../../engine/core/fact.ts'
import { inOrder } from '../../../engine/core/plan.ts'
import { hostname as fact } from '../../../engine/facts/hostname.ts'
import { hostname } from '../../../engine/resources/hostname.ts'
import type { Case } from '../case.ts'

export default {
  declare: hostname.set({ name: 'web1' }),
  answers: [effect(fact, null, { running: 'web1', saved: 'web1' })],
  plan: inOrder,
} satisfies Case
