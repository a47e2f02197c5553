import { effect, topic } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { authorizedKeys } from '../../../engine/facts/authorized-keys.ts'
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
  declare: user.present({ name: 'ada' }),
  answers: [
    effect(users, 'ada', null),
    effect(path, '/home/ada', { ...rootDirectory, owner: '1000', group: '1005' }),
    effect(groups, 'ada', null),
  ],
  plan: {
    action: 'create',
    differences: [{ what: 'user', from: null, to: 'ada (1000)' }],
    steps: [
      script('create group ada', 'groupadd "$@"', {
        args: ['--gid', '1005', '--', 'ada'],
        effects: [effect(groups, 'ada', { gid: 1005 })],
        touches: [topic(groups, 'ada')],
      }),
      script('create user ada', 'useradd "$@"', {
        args: [
          ...['--create-home', '--key', 'HOME_MODE=0750', '--uid', '1000', '--gid', 'ada'],
          ...['--shell', '/bin/bash', '--home-dir', '/home/ada', '--comment', '', '--', 'ada'],
        ],
        effects: [effect(users, 'ada', { ...ada, groups: [] }), effect(groups, 'ada', { gid: 1005 })],
        touches: [
          ...[topic(users, 'ada'), topic(groups, 'ada'), topic(authorizedKeys, 'ada')],
          topic(path, '/home/ada'),
        ],
      }),
    ],
  },
} satisfies Case
