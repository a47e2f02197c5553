import { expect } from 'vitest'
import { effect, topic } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { hostname as fact } from '../../../engine/facts/hostname.ts'
import { path } from '../../../engine/facts/path.ts'
import { text } from '../../../engine/facts/text.ts'
import { hostname } from '../../../engine/resources/hostname.ts'
import type { Case } from '../case.ts'

export default {
  declare: hostname.set({ name: 'web1.example.org' }),
  answers: [effect(fact, null, { running: 'web1.example.org', saved: 'debian' })],
  plan: {
    action: 'change',
    differences: [{ what: 'saved', from: 'debian', to: 'web1.example.org' }],
    steps: [
      script('call the host web1.example.org', expect.stringContaining('hostname "$1"'), {
        args: ['web1.example.org'],
        effects: [effect(fact, null, { running: 'web1.example.org', saved: 'web1.example.org' })],
        touches: [topic(fact, null), topic(path, '/etc/hostname'), topic(text, '/etc/hostname')],
      }),
    ],
  },
} satisfies Case
