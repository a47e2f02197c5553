import { effect } from '../../../engine/core/fact.ts'
import { inOrder } from '../../../engine/core/plan.ts'
import { path } from '../../../engine/facts/path.ts'
import { symlink } from '../../../engine/resources/symlink.ts'
import { type Case, rootFile } from '../case.ts'

export default {
  declare: symlink.absent({ path: '/srv/now' }),
  answers: [effect(path, '/srv/now', rootFile('x'))],
  plan: inOrder,
} satisfies Case
