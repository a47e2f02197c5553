import { effect, topic } from '../../../engine/core/fact.ts'
import { sha256 } from '../../../engine/core/hash.ts'
import { secretOf } from '../../../engine/core/secret.ts'
import { path } from '../../../engine/facts/path.ts'
import { text } from '../../../engine/facts/text.ts'
import { file } from '../../../engine/resources/file.ts'
import { type Case, later, rootFile } from '../case.ts'

const content = secretOf('new')
const after = { ...rootFile('new', later), mode: '0600' } as const

/** It may have been readable before, and even so nothing of it is shown. */
export default {
  declare: file.present({ path: '/etc/key', content }),
  answers: [effect(path, '/etc/key', rootFile('old'))],
  plan: {
    action: 'change',
    differences: [
      { what: 'content', from: '(private)', to: '(private, other)' },
      { what: 'mode', from: '0644', to: '0600' },
    ],
    steps: [
      {
        does: 'place',
        title: 'write /etc/key',
        path: '/etc/key',
        content,
        owner: 'root',
        group: 'root',
        mode: '0600',
        relies: sha256('old'),
        effects: [effect(path, '/etc/key', after), effect(text, '/etc/key', null)],
        touches: [topic(path, '/etc/key'), topic(text, '/etc/key')],
      },
    ],
  },
} satisfies Case
