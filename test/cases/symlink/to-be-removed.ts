import { effect } from '../../../engine/core/fact.ts'
import { path } from '../../../engine/facts/path.ts'
import { symlink } from '../../../engine/resources/symlink.ts'
import { type Case, unplaced } from '../case.ts'

const link = { type: 'symlink', target: 'v1', owner: 'root', group: 'root', mode: '0777', changedAt: 1 } as const

export default {
  declare: symlink.absent({ path: '/srv/now' }),
  answers: [effect(path, '/srv/now', link)],
  plan: {
    action: 'remove',
    differences: [{ what: 'target', from: 'v1', to: null }],
    steps: [unplaced('/srv/now', 'symlink')],
  },
} satisfies Case
