import { effect, topic } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { path } from '../../../engine/facts/path.ts'
import { directory, makeDirectory } from '../../../engine/resources/directory.ts'
import { absent, type Case, later, rootDirectory } from '../case.ts'

const after = { ...rootDirectory, owner: 'app', mode: '2750', changedAt: later } as const

export default {
  declare: directory.present({ path: '/srv/app', owner: 'app', mode: '2750' }),
  answers: [effect(path, '/srv/app', absent)],
  plan: {
    action: 'create',
    differences: [
      { what: 'type', from: null, to: 'directory' },
      { what: 'owner', from: null, to: 'app' },
      { what: 'group', from: null, to: 'root' },
      { what: 'mode', from: null, to: '2750' },
    ],
    steps: [
      script('make directory /srv/app', makeDirectory, {
        args: ['/srv/app', 'app:root', '2750'],
        effects: [effect(path, '/srv/app', after)],
        touches: [topic(path, '/srv/app')],
      }),
    ],
  },
} satisfies Case
