import { effect } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { dependants, noPackage, packages, unfinishedPackages } from '../../../engine/facts/packages.ts'
import { apt } from '../../../engine/resources/apt.ts'
import { transaction } from '../../../engine/resources/apt-script.ts'
import type { Case } from '../case.ts'

const gone = { ...noPackage, status: 'config-files' } as const
export default {
  declare: apt.absent({ name: 'nginx-common' }),
  answers: [
    effect(packages, 'nginx-common', { status: 'installed', version: '1.22.1-9', held: false, changedAt: 5 } as const),
    effect(unfinishedPackages, null, []),
    effect(dependants, 'nginx-common', ['nginx', 'g++']),
    effect(packages, 'nginx', { status: 'installed', version: '1.22.1-9', held: false, changedAt: 5 } as const),
    effect(packages, 'g++', { status: 'installed', version: '4:12.2.0-3', held: false, changedAt: 5 } as const),
  ],
  plan: {
    action: 'remove',
    differences: [
      { what: 'version', from: '1.22.1-9', to: null },
      { what: 'nginx, which needs it', from: 'installed', to: null },
      { what: 'g++, which needs it', from: 'installed', to: null },
    ],
    steps: [
      script('remove nginx-common nginx g++', transaction(' --no-install-recommends'), {
        args: ['nginx-common-', 'nginx-', 'g++-'],
        merge: true,
        foretold: true,
        detached: true,
        effects: [
          effect(packages, 'nginx-common', gone),
          effect(packages, 'nginx', gone),
          effect(packages, 'g++', gone),
        ],
      }),
    ],
  },
} satisfies Case
