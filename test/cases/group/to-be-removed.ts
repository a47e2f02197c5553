import { effect } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { groups } from '../../../engine/facts/groups.ts'
import { group } from '../../../engine/resources/group.ts'
import type { Case } from '../case.ts'

export default {
  declare: group.absent({ name: 'ops' }),
  answers: [effect(groups, 'ops', { gid: 998 })],
  plan: {
    action: 'remove',
    differences: [{ what: 'group', from: 'ops', to: null }],
    steps: [
      script('remove group ops', 'groupdel -- "$1"', {
        args: ['ops'],
        effects: [effect(groups, 'ops', null)],
        foretold: true,
      }),
    ],
  },
} satisfies Case
