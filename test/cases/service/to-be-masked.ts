import { effect } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { noUnit, runningUnit, units } from '../../../engine/facts/units.ts'
import { service } from '../../../engine/resources/service.ts'
import { type Case, unitsReadAgain } from '../case.ts'

export default {
  declare: service.masked({ unit: 'ctrl-alt-del.target' }),
  answers: [effect(units, 'ctrl-alt-del.target', runningUnit)],
  plan: {
    action: 'change',
    differences: [
      { what: 'masked', from: null, to: 'masked' },
      { what: 'active', from: 'active (running)', to: 'inactive' },
    ],
    steps: [
      script('mask ctrl-alt-del.target', 'systemctl mask --now -- "$1"', {
        args: ['ctrl-alt-del.target'],
        foretold: true,
        effects: [
          unitsReadAgain,
          effect(units, 'ctrl-alt-del.target', { ...noUnit, load: 'masked', enabled: 'masked' }),
        ],
      }),
    ],
  },
} satisfies Case
