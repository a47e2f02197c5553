import { effect, topic } from '../../../engine/core/fact.ts'
import { sha256 } from '../../../engine/core/hash.ts'
import { path } from '../../../engine/facts/path.ts'
import { text } from '../../../engine/facts/text.ts'
import { file } from '../../../engine/resources/file.ts'
import { type Case, later, rootFile } from '../case.ts'

const found = { ...rootFile('old'), mode: '0600' } as const
const after = { ...rootFile('new', later), owner: 'app', group: 'app', mode: '0400' } as const

export default {
  declare: file.present({ path: '/etc/key', content: 'new', owner: 'app', group: 'app', mode: '400' }),
  answers: [effect(path, '/etc/key', found)],
  plan: {
    action: 'change',
    differences: [
      { what: 'content', from: '(private)', to: '(private, other)' },
      { what: 'owner', from: 'root', to: 'app' },
      { what: 'group', from: 'root', to: 'app' },
      { what: 'mode', from: '0600', to: '0400' },
    ],
    steps: [
      {
        does: 'place',
        title: 'write /etc/key',
        path: '/etc/key',
        content: 'new',
        owner: 'app',
        group: 'app',
        mode: '0400',
        relies: sha256('old'),
        effects: [effect(path, '/etc/key', after), effect(text, '/etc/key', 'new')],
        touches: [topic(path, '/etc/key'), topic(text, '/etc/key')],
      },
    ],
  },
} satisfies Case
