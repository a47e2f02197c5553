import { expect } from 'vitest'
import { effect } from '../../../engine/core/fact.ts'
import { sha256 } from '../../../engine/core/hash.ts'
import { script } from '../../../engine/core/step.ts'
import { path } from '../../../engine/facts/path.ts'
import { runningUnit, units } from '../../../engine/facts/units.ts'
import { reread, unit } from '../../../engine/resources/unit.ts'
import { type Case, rootFile, unplaced } from '../case.ts'

const file = '/etc/systemd/system/app@.service'

export default {
  declare: unit.absent({ name: 'app@.service' }),
  answers: [effect(path, file, rootFile('x')), effect(units, 'app@.service', { ...runningUnit, load: 'template' })],
  plan: {
    action: 'remove',
    differences: [{ what: 'file', from: file, to: null }],
    steps: [
      script('stop app@.service', expect.stringContaining('systemctl disable --now -- "$1"'), {
        args: ['app@.service'],
        effects: [effect(units, 'app@.service', { ...runningUnit, load: 'template', active: 'inactive', sub: 'dead' })],
        foretold: true,
      }),
      unplaced(file, sha256('x')),
      reread,
    ],
  },
} satisfies Case
