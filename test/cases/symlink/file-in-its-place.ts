import { expect } from 'vitest'
import { effect, topic } from '../../../engine/core/fact.ts'
import { sha256 } from '../../../engine/core/hash.ts'
import { script } from '../../../engine/core/step.ts'
import { path } from '../../../engine/facts/path.ts'
import { text } from '../../../engine/facts/text.ts'
import { symlink } from '../../../engine/resources/symlink.ts'
import { type Case, later, rootFile, unplaced } from '../case.ts'

const link = { type: 'symlink', target: 'v1', owner: 'root', group: 'root', mode: '0777', changedAt: 1 } as const

export default {
  declare: symlink.present({ path: '/srv/now', target: 'v2' }),
  answers: [effect(path, '/srv/now', rootFile('x'))],
  plan: {
    action: 'replace',
    differences: [{ what: 'type', from: 'file', to: 'symlink' }],
    steps: [
      unplaced('/srv/now', sha256('x')),
      script('link /srv/now to v2', expect.stringContaining('mv -fT'), {
        args: ['/srv/now', 'v2'],
        effects: [effect(path, '/srv/now', { ...link, target: 'v2', changedAt: later })],
        touches: [topic(path, '/srv/now'), topic(text, '/srv/now')],
      }),
    ],
  },
} satisfies Case
