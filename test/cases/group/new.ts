import { effect } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { groups } from '../../../engine/facts/groups.ts'
import { group } from '../../../engine/resources/group.ts'
import type { Case } from '../case.ts'

export default {
  declare: group.present({ name: 'ops', gid: 4000, system: true }),
  answers: [effect(groups, 'ops', null)],
  plan: {
    action: 'create',
    differences: [{ what: 'group', from: null, to: 'ops (4000)' }],
    steps: [
      script('create group ops', 'groupadd "$@"', {
        args: ['--gid', '4000', '--system', '--', 'ops'],
        effects: [effect(groups, 'ops', { gid: 4000 })],
        foretold: true,
      }),
    ],
  },
} satisfies Case
