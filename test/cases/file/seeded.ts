import { effect } from '../../../engine/core/fact.ts'
import { path } from '../../../engine/facts/path.ts'
import { file } from '../../../engine/resources/file.ts'
import { type Case, placed } from '../case.ts'

export default {
  declare: file.seeded({ path: '/etc/motd', content: 'hello\n' }),
  answers: [effect(path, '/etc/motd', { type: 'absent' })],
  plan: {
    action: 'create',
    differences: [{ what: 'content', from: null, to: 'hello\n', text: true }],
    steps: [placed('/etc/motd', 'hello\n', null)],
  },
} satisfies Case
