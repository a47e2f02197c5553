import { effect, topic } from '../../../engine/core/fact.ts'
import { sha256 } from '../../../engine/core/hash.ts'
import { path } from '../../../engine/facts/path.ts'
import { text } from '../../../engine/facts/text.ts'
import { symlink } from '../../../engine/resources/symlink.ts'
import { type Case, later, rootFile } from '../case.ts'

const link = { type: 'symlink', target: 'v1', owner: 'root', group: 'root', mode: '0777', changedAt: 1 } as const

export default {
  declare: symlink.present({ path: '/srv/now', target: 'v2' }),
  answers: [effect(path, '/srv/now', rootFile('x'))],
  plan: {
    action: 'replace',
    differences: [{ what: 'type', from: 'file', to: 'symlink' }],
    steps: [
      {
        does: 'link',
        title: 'link /srv/now to v2',
        path: '/srv/now',
        target: 'v2',
        relies: sha256('x'),
        effects: [effect(path, '/srv/now', { ...link, target: 'v2', changedAt: later })],
        touches: [topic(path, '/srv/now'), topic(text, '/srv/now')],
      },
    ],
  },
} satisfies Case
