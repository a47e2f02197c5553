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
  groups: ['adm'],
  comment: '',
  home: '/home/ada',
  shell: '/bin/bash',
  password: 'locked',
  expires: null,
}

export default {
  declare: user.present({ name: 'ada', groups: ['sudo', 'ada'], shell: '/bin/sh' }),
  answers: [
    effect(users, 'ada', { ...ada, password: 'empty' }),
    effect(path, '/home/ada', rootDirectory),
    effect(groups, 'ada', { gid: 1000 }),
  ],
  plan: {
    action: 'change',
    differences: [
      { what: 'groups', from: 'adm', to: 'adm, sudo' },
      { what: 'shell', from: '/bin/bash', to: '/bin/sh' },
      { what: 'password', from: 'empty', to: 'locked' },
    ],
    steps: [
      script('change user ada', 'usermod "$@"', {
        args: ['--append', '--groups', 'sudo', '--shell', '/bin/sh', '--lock', '--', 'ada'],
        effects: [effect(users, 'ada', { ...ada, groups: ['adm', 'sudo'], shell: '/bin/sh' })],
        touches: [topic(users, 'ada')],
      }),
    ],
  },
} satisfies Case
