import { effect } from '../../../engine/core/fact.ts'
import { path } from '../../../engine/facts/path.ts'
import { file } from '../../../engine/resources/file.ts'
import { type Case, placed } from '../case.ts'

const link = { type: 'symlink', target: 'x', owner: 'root', group: 'root', mode: '0777', changedAt: 1 } as const

export default {
  declare: file.present({ path: '/etc/motd', content: 'hello\n' }),
  answers: [effect(path, '/etc/motd', link)],
  plan: {
    action: 'replace',
    differences: [{ what: 'type', from: 'symlink', to: 'file' }],
    steps: [placed('/etc/motd', 'hello\n', 'symlink')],
  },
} satisfies Case
