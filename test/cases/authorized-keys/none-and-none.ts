import { effect } from '../../../engine/core/fact.ts'
import { inOrder } from '../../../engine/core/plan.ts'
import { authorizedKeys as fact } from '../../../engine/facts/authorized-keys.ts'
import { authorizedKeys } from '../../../engine/resources/authorized-keys.ts'
import { absent, type Case } from '../case.ts'

export default {
  declare: authorizedKeys.present({ user: 'ada', keys: [] }),
  answers: [effect(fact, 'ada', { home: '/home/ada', group: '1000', directory: absent, file: absent, text: null })],
  plan: inOrder,
} satisfies Case
