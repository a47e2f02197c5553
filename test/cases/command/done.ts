import { effect } from '../../../engine/core/fact.ts'
import { inOrder } from '../../../engine/core/plan.ts'
import { path } from '../../../engine/facts/path.ts'
import { command } from '../../../engine/resources/command.ts'
import { type Case, rootDirectory } from '../case.ts'

export default {
  declare: command.run({ name: 'fetch the model', script: 'fetch', creates: '/srv/model' }),
  answers: [effect(path, '/srv/model', rootDirectory)],
  plan: inOrder,
} satisfies Case
