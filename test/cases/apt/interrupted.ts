import { repair } from '../../../engine/core/apt-functions.ts'
import { effect } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { packages, unfinishedPackages } from '../../../engine/facts/packages.ts'
import { apt } from '../../../engine/resources/apt.ts'
import { transaction } from '../../../engine/resources/apt-script.ts'
import { type Case, later } from '../case.ts'

export default {
  declare: apt.installed({ name: 'nginx' }),
  answers: [
    effect(packages, 'nginx', { status: 'half-configured', version: '1.22.1-9', held: false, changedAt: 5 }),
    effect(unfinishedPackages, null, ['dpkg', 'nginx']),
  ],
  plan: {
    action: 'change',
    differences: [
      { what: 'unfinished by dpkg', from: 'dpkg, nginx', to: null },
      { what: 'status', from: 'half-configured', to: 'installed' },
    ],
    steps: [
      script('finish what dpkg began', repair, {
        effects: [effect(unfinishedPackages, null, [])],
        detached: true,
      }),
      script('install nginx', transaction(' --no-install-recommends'), {
        args: ['nginx'],
        merge: true,
        foretold: true,
        detached: true,
        effects: [
          effect(packages, 'nginx', { status: 'installed', version: '1.22.1-9', held: false, changedAt: later }),
        ],
      }),
    ],
  },
} satisfies Case
