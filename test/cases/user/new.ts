import { effect } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { authorizedKeys } from '../../../engine/facts/authorized-keys.ts'
import { groups } from '../../../engine/facts/groups.ts'
import { path } from '../../../engine/facts/path.ts'
import { type UserAnswer, users } from '../../../engine/facts/users.ts'
import { user } from '../../../engine/resources/user.ts'
import { absent, type Case, later } from '../case.ts'

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
  declare: user.present({ name: 'ada', groups: ['sudo', 'adm'], comment: 'Ada' }),
  answers: [effect(users, 'ada', null), effect(path, '/home/ada', absent), effect(groups, 'ada', null)],
  plan: {
    action: 'create',
    differences: [
      { what: 'user', from: null, to: 'ada' },
      { what: 'groups', from: null, to: 'adm, sudo' },
    ],
    steps: [
      script('create user ada', 'useradd "$@"', {
        args: [
          ...['--create-home', '--key', 'HOME_MODE=0750', '--user-group', '--groups', 'adm,sudo'],
          ...['--shell', '/bin/bash', '--home-dir', '/home/ada', '--comment', 'Ada', '--', 'ada'],
        ],
        foretold: true,
        effects: [
          effect(users, 'ada', { ...ada, uid: null, groups: ['adm', 'sudo'], comment: 'Ada' }),
          effect(groups, 'ada', { gid: null }),
          effect(authorizedKeys, 'ada', {
            home: '/home/ada',
            group: 'ada',
            directory: absent,
            file: absent,
            text: null,
          }),
          effect(path, '/home/ada', { type: 'directory', owner: 'ada', group: 'ada', mode: '0750', changedAt: later }),
        ],
      }),
    ],
  },
} satisfies Case
