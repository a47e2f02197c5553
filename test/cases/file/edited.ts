import { effect } from '../../../engine/core/fact.ts'
import { sha256 } from '../../../engine/core/hash.ts'
import { path } from '../../../engine/facts/path.ts'
import { text } from '../../../engine/facts/text.ts'
import { file } from '../../../engine/resources/file.ts'
import { type Case, placed, rootFile } from '../case.ts'

export default {
  declare: file.present({ path: '/etc/motd', content: 'hello\n' }),
  answers: [effect(path, '/etc/motd', rootFile('bye\n')), effect(text, '/etc/motd', 'bye\n')],
  plan: {
    action: 'change',
    differences: [{ what: 'content', from: 'bye\n', to: 'hello\n', text: true }],
    steps: [placed('/etc/motd', 'hello\n', sha256('bye\n'))],
  },
} satisfies Case
