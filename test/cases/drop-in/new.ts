import { effect } from '../../../engine/core/fact.ts'
import { path } from '../../../engine/facts/path.ts'
import { runningUnit, units } from '../../../engine/facts/units.ts'
import { dropIn } from '../../../engine/resources/drop-in.ts'
import { reread } from '../../../engine/resources/unit.ts'
import { absent, type Case, makeFolder, placed } from '../case.ts'

const folder = '/etc/systemd/system/nginx.service.d'

export default {
  declare: dropIn.present({ unit: 'nginx', name: 'limits', content: '[Service]\n' }),
  answers: [
    effect(path, `${folder}/limits.conf`, absent),
    effect(path, folder, absent),
    effect(units, 'nginx.service', runningUnit),
  ],
  plan: {
    action: 'create',
    differences: [{ what: 'content', from: null, to: '[Service]\n', text: true }],
    steps: [makeFolder(folder), placed(`${folder}/limits.conf`, '[Service]\n', null), reread],
  },
} satisfies Case
