import { effect } from '../../../engine/core/fact.ts'
import { inOrder } from '../../../engine/core/plan.ts'
import { path } from '../../../engine/facts/path.ts'
import { directory } from '../../../engine/resources/directory.ts'
import { type Case, rootDirectory } from '../case.ts'

export default {
  declare: directory.present({ path: '/srv/app' }),
  answers: [effect(path, '/srv/app', rootDirectory)],
  plan: inOrder,
} satisfies Case
