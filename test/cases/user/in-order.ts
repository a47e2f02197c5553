import { effect } from '../../../engine/core/fact.ts'
import { inOrder } from '../../../engine/core/plan.ts'
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
  declare: user.present({ name: 'ada', groups: [] }),
  answers: [
    effect(users, 'ada', { ...ada, shell: '/bin/zsh', password: 'set' }),
    effect(path, '/home/ada', rootDirectory),
    effect(groups, 'ada', { gid: 1000 }),
  ],
  plan: inOrder,
} satisfies Case
