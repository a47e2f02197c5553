import { effect } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { runningUnit, units } from '../../../engine/facts/units.ts'
import { service } from '../../../engine/resources/service.ts'
import { type Case, unitsReadAgain } from '../case.ts'

export default {
  declare: service.stopped({ unit: 'apt-daily.timer' }),
  answers: [effect(units, 'apt-daily.timer', { ...runningUnit, sub: 'waiting' })],
  plan: {
    action: 'change',
    differences: [
      { what: 'active', from: 'active (waiting)', to: 'inactive' },
      { what: 'enabled', from: 'enabled', to: 'disabled' },
    ],
    steps: [
      script('disable apt-daily.timer', 'systemctl disable -- "$1"', {
        args: ['apt-daily.timer'],
        foretold: true,
        effects: [unitsReadAgain],
      }),
      script('stop apt-daily.timer', 'systemctl stop -- "$1"', {
        args: ['apt-daily.timer'],
        foretold: true,
        effects: [
          effect(units, 'apt-daily.timer', { ...runningUnit, active: 'inactive', sub: 'dead', enabled: 'disabled' }),
        ],
      }),
    ],
  },
} satisfies Case
