import { effect } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { authorizedKeys } from '../../../engine/facts/authorized-keys.ts'
import { groups } from '../../../engine/facts/groups.ts'
import { path } from '../../../engine/facts/path.ts'
import { users } from '../../../engine/facts/users.ts'
import { removeUser, user } from '../../../engine/resources/user.ts'
import { type Case, rootDirectory } from '../case.ts'

const ada = {
  uid: 1000,
  group: 'ada',
  groups: [],
  comment: '',
  home: '/home/ada',
  shell: '/bin/bash',
  password: 'locked',
  expires: 1,
} as const

export default {
  declare: user.absent({ name: 'ada' }),
  answers: [effect(users, 'ada', ada), effect(path, '/', rootDirectory), effect(groups, 'ada', { gid: 1000 })],
  plan: {
    action: 'remove',
    differences: [{ what: 'user', from: 'ada', to: null }],
    steps: [
      script('end the sessions of user ada, and remove it', removeUser, {
        args: ['ada'],
        foretold: true,
        irrevocable: true,
        effects: [effect(users, 'ada', null), effect(authorizedKeys, 'ada', null)],
      }),
    ],
  },
} satisfies Case
