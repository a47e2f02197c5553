import { effect } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { groups } from '../../../engine/facts/groups.ts'
import { group } from '../../../engine/resources/group.ts'
import type { Case } from '../case.ts'

export default {
  declare: group.present({ name: 'ops', gid: 4000 }),
  answers: [effect(groups, 'ops', { gid: 998 })],
  plan: {
    action: 'change',
    differences: [{ what: 'gid', from: '998', to: '4000' }],
    steps: [
      script('renumber group ops', 'groupmod "$@"', {
        args: ['--gid', '4000', '--', 'ops'],
        effects: [effect(groups, 'ops', { gid: 4000 })],
        foretold: true,
      }),
    ],
  },
} satisfies Case
