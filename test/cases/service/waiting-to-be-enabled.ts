import { effect } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { path } from '../../../engine/facts/path.ts'
import { noUnit, units } from '../../../engine/facts/units.ts'
import { service } from '../../../engine/resources/service.ts'
import { absent, type Case, unitsReadAgain } from '../case.ts'

const found = { ...noUnit, load: 'loaded', enabled: 'disabled' }
export default {
  declare: service.running({ unit: 'shop@3000', ifExists: '/srv/shop/instances/3000' }),
  answers: [effect(units, 'shop@3000.service', found), effect(path, '/srv/shop/instances/3000', absent)],
  plan: {
    action: 'change',
    differences: [{ what: 'enabled', from: 'disabled', to: 'enabled' }],
    steps: [
      script('enable shop@3000.service', 'systemctl enable -- "$1"', {
        args: ['shop@3000.service'],
        foretold: true,
        effects: [unitsReadAgain, effect(units, 'shop@3000.service', { ...found, enabled: 'enabled' })],
      }),
    ],
  },
} satisfies Case
