import { effect } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { packages, unfinishedPackages } from '../../../engine/facts/packages.ts'
import { apt } from '../../../engine/resources/apt.ts'
import { transaction } from '../../../engine/resources/apt-script.ts'
import { type Case, later } from '../case.ts'

export default {
  declare: apt.installed({ name: 'nginx', version: '1.24.0-2', recommends: true }),
  answers: [
    effect(packages, 'nginx', { status: 'installed', version: '1.22.1-9', held: true, changedAt: 5 }),
    effect(unfinishedPackages, null, []),
  ],
  plan: {
    action: 'change',
    differences: [{ what: 'version', from: '1.22.1-9', to: '1.24.0-2' }],
    steps: [
      script('install nginx', transaction(' --install-recommends'), {
        args: ['nginx=1.24.0-2'],
        merge: true,
        foretold: true,
        detached: true,
        effects: [
          effect(packages, 'nginx', { status: 'installed', version: '1.24.0-2', held: true, changedAt: later }),
        ],
      }),
    ],
  },
} satisfies Case
