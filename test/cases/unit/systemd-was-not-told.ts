import { effect } from '../../../engine/core/fact.ts'
import { path } from '../../../engine/facts/path.ts'
import { runningUnit, units, unitsRead } from '../../../engine/facts/units.ts'
import { reread, unit } from '../../../engine/resources/unit.ts'
import { type Case, rootFile } from '../case.ts'

export default {
  declare: unit.present({ name: 'app.service', content: '[Service]\n' }),
  answers: [
    effect(path, '/etc/systemd/system/app.service', rootFile('[Service]\n')),
    effect(units, 'app.service', { ...runningUnit, needsReload: true }),
    effect(unitsRead, null, false),
  ],
  plan: {
    action: 'change',
    differences: [{ what: 'read by systemd', from: 'an older version', to: 'this one' }],
    steps: [reread],
  },
} satisfies Case
