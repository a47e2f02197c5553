import { effect, topic } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { path } from '../../../engine/facts/path.ts'
import { directory, makeDirectory } from '../../../engine/resources/directory.ts'
import { type Case, later, rootDirectory } from '../case.ts'

export default {
  declare: directory.present({ path: '/srv/app' }),
  answers: [effect(path, '/srv/app', { ...rootDirectory, mode: '2755' })],
  plan: {
    action: 'change',
    differences: [{ what: 'mode', from: '2755', to: '0755' }],
    steps: [
      script('set owner and mode of /srv/app', makeDirectory, {
        args: ['/srv/app', 'root:root', '0755'],
        effects: [effect(path, '/srv/app', { ...rootDirectory, changedAt: later })],
        touches: [topic(path, '/srv/app')],
      }),
    ],
  },
} satisfies Case
