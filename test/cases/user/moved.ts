import { effect } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { groups } from '../../../engine/facts/groups.ts'
import { path } from '../../../engine/facts/path.ts'
import { type UserAnswer, users } from '../../../engine/facts/users.ts'
import { user } from '../../../engine/resources/user.ts'
import { absent, type Case } from '../case.ts'

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
  declare: user.present({ name: 'ada', uid: 2000, group: 'ops', home: '/srv/ada', comment: 'Ada L' }),
  answers: [effect(users, 'ada', ada), effect(path, '/srv/ada', absent), effect(groups, 'ada', { gid: 1000 })],
  plan: {
    action: 'change',
    differences: [
      { what: 'uid', from: '1000', to: '2000' },
      { what: 'group', from: 'ada', to: 'ops' },
      { what: 'comment', from: '', to: 'Ada L' },
      { what: 'home', from: '/home/ada', to: '/srv/ada' },
    ],
    steps: [
      script('change user ada', 'usermod "$@"', {
        args: [
          ...['--uid', '2000', '--gid', 'ops', '--comment', 'Ada L', '--move-home', '--home', '/srv/ada'],
          ...['--', 'ada'],
        ],
        effects: [effect(users, 'ada', { ...ada, uid: 2000, group: 'ops', comment: 'Ada L', home: '/srv/ada' })],
      }),
    ],
  },
} satisfies Case
