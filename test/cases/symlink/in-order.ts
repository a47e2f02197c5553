import { effect } from '../../../engine/core/fact.ts'
import { inOrder } from '../../../engine/core/plan.ts'
import { path } from '../../../engine/facts/path.ts'
import { symlink } from '../../../engine/resources/symlink.ts'
import type { Case } from '../case.ts'

const link = { type: 'symlink', target: 'v2', owner: 'root', group: 'root', mode: '0777', changedAt: 1 } as const

export default {
  declare: symlink.present({ path: '/srv/now', target: 'v2' }),
  answers: [effect(path, '/srv/now', link)],
  plan: inOrder,
} satisfies Case
