import { expect } from 'vitest'
import { effect } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { noUnit, units } from '../../../engine/facts/units.ts'
import { service } from '../../../engine/resources/service.ts'
import { type Case, unitsReadAgain } from '../case.ts'

const found = { ...noUnit, load: 'loaded', enabled: 'disabled' }
export default {
  declare: service.running({ unit: 'nginx.service' }),
  answers: [effect(units, 'nginx.service', found)],
  plan: {
    action: 'change',
    differences: [
      { what: 'active', from: 'inactive (dead)', to: 'active' },
      { what: 'enabled', from: 'disabled', to: 'enabled' },
    ],
    steps: [
      script('enable nginx.service', 'systemctl enable -- "$1"', {
        args: ['nginx.service'],
        foretold: true,
        effects: [unitsReadAgain],
      }),
      script('start nginx.service', expect.stringContaining('systemctl start -- "$1"'), {
        args: ['nginx.service'],
        foretold: true,
        effects: [effect(units, 'nginx.service', { ...found, active: 'active', sub: 'running', enabled: 'enabled' })],
      }),
    ],
  },
} satisfies Case
