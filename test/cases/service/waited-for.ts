import { expect } from 'vitest'
import { effect } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { path } from '../../../engine/facts/path.ts'
import { noUnit, units } from '../../../engine/facts/units.ts'
import { service } from '../../../engine/resources/service.ts'
import type { Case } from '../case.ts'

const found = { ...noUnit, load: 'loaded', enabled: 'enabled' }
const link = {
  type: 'symlink',
  target: '../releases/v1',
  owner: 'root',
  group: 'root',
  mode: '0777',
  changedAt: 1,
} as const
export default {
  declare: service.running({ unit: 'shop@3000', ifExists: '/srv/shop/instances/3000' }),
  answers: [effect(units, 'shop@3000.service', found), effect(path, '/srv/shop/instances/3000', link)],
  plan: {
    action: 'change',
    differences: [{ what: 'active', from: 'inactive (dead)', to: 'active' }],
    steps: [
      script('start shop@3000.service', expect.stringContaining('systemctl start -- "$1"'), {
        args: ['shop@3000.service'],
        foretold: true,
        effects: [effect(units, 'shop@3000.service', { ...found, active: 'active', sub: 'running' })],
      }),
    ],
  },
} satisfies Case
