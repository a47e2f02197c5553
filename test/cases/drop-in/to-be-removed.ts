import { effect } from '../../../engine/core/fact.ts'
import { sha256 } from '../../../engine/core/hash.ts'
import { path } from '../../../engine/facts/path.ts'
import { runningUnit, units } from '../../../engine/facts/units.ts'
import { dropIn } from '../../../engine/resources/drop-in.ts'
import { reread } from '../../../engine/resources/unit.ts'
import { type Case, rootDirectory, rootFile, unplaced } from '../case.ts'

const folder = '/etc/systemd/system/nginx.service.d'

export default {
  declare: dropIn.absent({ unit: 'nginx', name: 'limits' }),
  answers: [
    effect(path, `${folder}/limits.conf`, rootFile('x')),
    effect(path, folder, rootDirectory),
    effect(units, 'nginx.service', runningUnit),
  ],
  plan: {
    action: 'remove',
    differences: [{ what: 'file', from: `${folder}/limits.conf`, to: null }],
    steps: [unplaced(`${folder}/limits.conf`, sha256('x')), reread],
  },
} satisfies Case
