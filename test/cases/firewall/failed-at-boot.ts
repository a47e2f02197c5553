import { effect } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { runningUnit, units } from '../../../engine/facts/units.ts'
import { enableScript } from '../../../engine/resources/ufw/load.ts'
import type { Case } from '../case.ts'
import { after, answersOf, enforced, sound, started } from '../ufw-host.ts'

const unit = 'ufw.service'
const start = started(after(sound))
const running = effect(units, unit, { ...runningUnit, sub: 'exited' })

export default {
  declare: enforced,
  answers: answersOf(sound, {}, { ...runningUnit, active: 'failed', sub: 'failed', enabled: 'disabled' }),
  plan: {
    action: 'change',
    differences: [
      { what: 'at boot', from: 'disabled', to: 'enabled' },
      { what: unit, from: 'failed (failed)', to: 'active' },
    ],
    steps: [
      script(`enable ${unit}`, enableScript, { args: [unit], foretold: true }),
      { ...start, effects: [...start.effects, running] },
    ],
  },
} satisfies Case
