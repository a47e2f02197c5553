import { expect } from 'vitest'
import { effect } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { noUnit, units } from '../../../engine/facts/units.ts'
import { service } from '../../../engine/resources/service.ts'
import { type Case, unitsReadAgain } from '../case.ts'

export default {
  declare: service.running({ unit: 'nginx', enabled: false }),
  answers: [effect(units, 'nginx.service', { ...noUnit, load: 'masked', enabled: 'masked' })],
  plan: {
    action: 'change',
    differences: [
      { what: 'masked', from: 'masked', to: null },
      { what: 'active', from: 'inactive (dead)', to: 'active' },
      { what: 'enabled', from: 'masked', to: 'disabled' },
    ],
    steps: [
      script('unmask nginx.service', 'systemctl unmask -- "$1"', {
        args: ['nginx.service'],
        foretold: true,
        effects: [unitsReadAgain],
      }),
      script('disable nginx.service', 'systemctl disable -- "$1"', {
        args: ['nginx.service'],
        foretold: true,
        effects: [unitsReadAgain],
      }),
      script('start nginx.service', expect.any(String), {
        args: ['nginx.service'],
        foretold: true,
        effects: [
          effect(units, 'nginx.service', {
            ...noUnit,
            load: 'loaded',
            active: 'active',
            sub: 'running',
            enabled: 'disabled',
          }),
        ],
      }),
    ],
  },
} satisfies Case
