import { effect, topic } from '../../../engine/core/fact.ts'
import { path } from '../../../engine/facts/path.ts'
import { text } from '../../../engine/facts/text.ts'
import { symlink } from '../../../engine/resources/symlink.ts'
import { type Case, later } from '../case.ts'

const link = { type: 'symlink', target: 'v1', owner: 'root', group: 'root', mode: '0777', changedAt: 1 } as const

export default {
  declare: symlink.present({ path: '/srv/now', target: 'v2' }),
  answers: [effect(path, '/srv/now', link)],
  plan: {
    action: 'change',
    differences: [{ what: 'target', from: 'v1', to: 'v2' }],
    steps: [
      {
        does: 'link',
        title: 'link /srv/now to v2',
        path: '/srv/now',
        target: 'v2',
        relies: 'symlink',
        effects: [effect(path, '/srv/now', { ...link, target: 'v2', changedAt: later })],
        touches: [topic(path, '/srv/now'), topic(text, '/srv/now')],
      },
    ],
  },
} satisfies Case
