import { effect } from '../../../engine/core/fact.ts'
import { path } from '../../../engine/facts/path.ts'
import { runningUnit, units } from '../../../engine/facts/units.ts'
import { reread, unit } from '../../../engine/resources/unit.ts'
import { type Case, rootFile } from '../case.ts'

export default {
  declare: unit.present({ name: 'app.service', content: '[Service]\n' }),
  answers: [
    effect(path, '/etc/systemd/system/app.service', rootFile('[Service]\n')),
    effect(units, 'app.service', { ...runningUnit, needsReload: true }),
  ],
  plan: {
    action: 'change',
    differences: [{ what: 'read by systemd', from: 'an older version', to: 'this one' }],
    steps: [reread],
  },
  unforeseen: 'what systemd makes of the file is not known',
} satisfies Case
