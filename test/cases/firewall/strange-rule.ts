import { inOrder } from '../../../engine/core/plan.ts'
import type { Case } from '../case.ts'
import { answersOf, enforced, withStranger } from '../ufw-host.ts'

export default {
  declare: enforced,
  answers: answersOf(withStranger),
  plan: {
    ...inOrder,
    notices: ['a rule of the firewall that Fettle did not make is kept: allow 9999/tcp from anywhere'],
  },
} satisfies Case
