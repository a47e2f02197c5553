import { effect } from '../../../engine/core/fact.ts'
import { inOrder } from '../../../engine/core/plan.ts'
import { path } from '../../../engine/facts/path.ts'
import { file } from '../../../engine/resources/file.ts'
import { type Case, rootFile } from '../case.ts'

export default {
  declare: file.present({ path: '/etc/motd', content: 'hello\n' }),
  answers: [effect(path, '/etc/motd', rootFile('hello\n'))],
  plan: inOrder,
} satisfies Case
