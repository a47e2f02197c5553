import { expect } from 'vitest'
import { effect, topic } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { path } from '../../../engine/facts/path.ts'
import { directory } from '../../../engine/resources/directory.ts'
import { absent, type Case, rootDirectory } from '../case.ts'

export default {
  declare: directory.absent({ path: '/srv/app' }),
  answers: [effect(path, '/srv/app', rootDirectory)],
  plan: {
    action: 'remove',
    differences: [{ what: 'directory', from: '/srv/app', to: null }],
    steps: [
      script('remove directory /srv/app', expect.stringContaining('rmdir'), {
        args: ['/srv/app'],
        effects: [effect(path, '/srv/app', absent)],
        touches: [topic(path, '/srv/app')],
      }),
    ],
  },
} satisfies Case
