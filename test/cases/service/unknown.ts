import { expect } from 'vitest'
import { effect } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { noUnit, units } from '../../../engine/facts/units.ts'
import { service } from '../../../engine/resources/service.ts'
import { type Case, unitsReadAgain } from '../case.ts'

export default {
  declare: service.running({ unit: 'nope' }),
  answers: [effect(units, 'nope.service', noUnit)],
  plan: {
    action: 'change',
    differences: [
      { what: 'active', from: null, to: 'active' },
      { what: 'enabled', from: '', to: 'enabled' },
    ],
    steps: [
      script('enable nope.service', 'systemctl enable -- "$1"', {
        args: ['nope.service'],
        foretold: true,
        effects: [unitsReadAgain],
      }),
      script('start nope.service', expect.any(String), {
        args: ['nope.service'],
        foretold: true,
        effects: [
          effect(units, 'nope.service', {
            ...noUnit,
            load: 'loaded',
            active: 'active',
            sub: 'running',
            enabled: 'enabled',
          }),
        ],
      }),
    ],
  },
} satisfies Case
