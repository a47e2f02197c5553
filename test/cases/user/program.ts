import { effect } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { authorizedKeys } from '../../../engine/facts/authorized-keys.ts'
import { groups } from '../../../engine/facts/groups.ts'
import { path } from '../../../engine/facts/path.ts'
import { users } from '../../../engine/facts/users.ts'
import { user } from '../../../engine/resources/user.ts'
import { absent, type Case } from '../case.ts'

export default {
  declare: user.present({ name: 'app', system: true, group: 'web', uid: 900 }),
  answers: [effect(users, 'app', null), effect(path, '/nonexistent', absent), effect(groups, 'app', null)],
  plan: {
    action: 'create',
    differences: [{ what: 'user', from: null, to: 'app (900)' }],
    steps: [
      script('create user app', 'useradd "$@"', {
        args: [
          ...['--system', '--no-create-home', '--uid', '900', '--gid', 'web', '--shell', '/usr/sbin/nologin'],
          ...['--home-dir', '/nonexistent', '--comment', '', '--', 'app'],
        ],
        foretold: true,
        effects: [
          effect(users, 'app', {
            uid: 900,
            group: 'web',
            groups: [],
            comment: '',
            home: '/nonexistent',
            shell: '/usr/sbin/nologin',
            password: 'locked',
            expires: null,
          }),
          effect(authorizedKeys, 'app', {
            home: '/nonexistent',
            group: 'web',
            directory: absent,
            file: absent,
            text: null,
          }),
        ],
      }),
    ],
  },
} satisfies Case
