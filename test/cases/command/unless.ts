import { effect } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { guard } from '../../../engine/facts/guard.ts'
import { command } from '../../../engine/resources/command.ts'
import type { Case } from '../case.ts'

export default {
  declare: command.run({ name: 'migrate the database', script: 'migrate', unless: 'migrated --check' }),
  answers: [effect(guard, 'migrated --check', false)],
  plan: {
    action: 'run',
    differences: [{ what: 'migrated --check', from: 'false', to: 'true' }],
    steps: [
      script('migrate the database', 'sh -e -c migrate sh "$@"', {
        effects: [effect(guard, 'migrated --check', true)],
      }),
    ],
  },
} satisfies Case
