import { expect } from 'vitest'
import { effect, topic } from '../../../engine/core/fact.ts'
import { declarer } from '../../../engine/core/resource.ts'
import { script } from '../../../engine/core/step.ts'
import { path } from '../../../engine/facts/path.ts'
import { directoryResource } from '../../../engine/resources/directory.ts'
import { absent, type Case, rootDirectory } from '../case.ts'

const title = 'remove directory /srv/app unless something is in it'

export default {
  declare: declarer(directoryResource)({ state: 'absent', path: '/srv/app', unlessFull: true }),
  answers: [effect(path, '/srv/app', rootDirectory)],
  plan: {
    action: 'remove',
    differences: [{ what: 'directory unless something is in it', from: '/srv/app', to: null }],
    steps: [
      script(title, expect.stringContaining('--ignore-fail-on-non-empty'), {
        args: ['/srv/app'],
        effects: [effect(path, '/srv/app', absent)],
        touches: [topic(path, '/srv/app')],
      }),
    ],
  },
} satisfies Case
