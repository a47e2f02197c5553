import { effect } from '../../../engine/core/fact.ts'
import { inOrder } from '../../../engine/core/plan.ts'
import { path } from '../../../engine/facts/path.ts'
import { noUnit, units, unitsRead } from '../../../engine/facts/units.ts'
import { unit } from '../../../engine/resources/unit.ts'
import { type Case, rootFile } from '../case.ts'

const content = '[Service]\n'

export default {
  declare: unit.present({ name: 'app.service', content }),
  answers: [
    effect(path, '/etc/systemd/system/app.service', rootFile(content)),
    effect(units, 'app.service', { ...noUnit, load: 'loaded', needsReload: true }),
    effect(unitsRead, null, true),
  ],
  plan: inOrder,
} satisfies Case
