import { expect } from 'vitest'
import { effect, topic } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { path } from '../../../engine/facts/path.ts'
import { text } from '../../../engine/facts/text.ts'
import { timezone as fact } from '../../../engine/facts/timezone.ts'
import { timezone } from '../../../engine/resources/timezone.ts'
import type { Case } from '../case.ts'

const after = { target: '/usr/share/zoneinfo/Europe/Berlin', file: 'Europe/Berlin' }

export default {
  declare: timezone.set({ name: 'Europe/Berlin' }),
  answers: [effect(fact, null, { target: null, file: 'Etc/UTC' })],
  plan: {
    action: 'change',
    differences: [
      { what: 'target', from: null, to: '/usr/share/zoneinfo/Europe/Berlin' },
      { what: 'file', from: 'Etc/UTC', to: 'Europe/Berlin' },
    ],
    steps: [
      script('set the time zone to Europe/Berlin', expect.stringContaining('/etc/localtime'), {
        args: ['Europe/Berlin'],
        effects: [effect(fact, null, after)],
        touches: [
          topic(fact, null),
          ...['/etc/localtime', '/etc/timezone'].flatMap((file) => [topic(path, file), topic(text, file)]),
        ],
      }),
    ],
  },
} satisfies Case
