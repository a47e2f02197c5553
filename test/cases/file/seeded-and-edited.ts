import { effect } from '../../../engine/core/fact.ts'
import { inOrder } from '../../../engine/core/plan.ts'
import { path } from '../../../engine/facts/path.ts'
import { text } from '../../../engine/facts/text.ts'
import { file } from '../../../engine/resources/file.ts'
import { type Case, rootFile } from '../case.ts'

export default {
  declare: file.seeded({ path: '/etc/motd', content: 'hello\n' }),
  answers: [effect(path, '/etc/motd', rootFile('bye\n')), effect(text, '/etc/motd', 'bye\n')],
  plan: inOrder,
} satisfies Case
