import { effect, topic } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { groups } from '../../../engine/facts/groups.ts'
import { path } from '../../../engine/facts/path.ts'
import { type UserAnswer, users } from '../../../engine/facts/users.ts'
import { user } from '../../../engine/resources/user.ts'
import { type Case, rootDirectory } from '../case.ts'

const ada: UserAnswer = {
  uid: 1000,
  group: 'ada',
  groups: [],
  comment: '',
  home: '/home/ada',
  shell: '/bin/bash',
  password: 'locked',
  expires: 1,
}

export default {
  declare: user.present({ name: 'ada' }),
  answers: [effect(users, 'ada', ada), effect(path, '/home/ada', rootDirectory), effect(groups, 'ada', { gid: 1000 })],
  plan: {
    action: 'change',
    differences: [{ what: 'expires', from: 'day 1', to: 'never' }],
    steps: [
      script('change user ada', 'usermod "$@"', {
        args: ['--expiredate', '', '--', 'ada'],
        effects: [effect(users, 'ada', { ...ada, expires: null })],
        touches: [topic(users, 'ada')],
      }),
    ],
  },
} satisfies Case
