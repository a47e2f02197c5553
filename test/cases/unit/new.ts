import { effect } from '../../../engine/core/fact.ts'
import { path } from '../../../engine/facts/path.ts'
import { noUnit, units } from '../../../engine/facts/units.ts'
import { reread, unit } from '../../../engine/resources/unit.ts'
import { absent, type Case, placed } from '../case.ts'

const file = '/etc/systemd/system/app.service'

export default {
  declare: unit.present({ name: 'app.service', content: '[Service]\n' }),
  answers: [effect(path, file, absent), effect(units, 'app.service', noUnit)],
  plan: {
    action: 'create',
    differences: [{ what: 'content', from: null, to: '[Service]\n', text: true }],
    steps: [placed(file, '[Service]\n', null), reread],
  },
} satisfies Case
