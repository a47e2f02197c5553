import { effect } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { noPackage, packages, unfinishedPackages } from '../../../engine/facts/packages.ts'
import { noUnit, units } from '../../../engine/facts/units.ts'
import { apt } from '../../../engine/resources/apt.ts'
import { transaction } from '../../../engine/resources/apt-script.ts'
import { type Case, later } from '../case.ts'

export default {
  declare: apt.installed({
    name: 'nginx',
    provides: { units: ['nginx.service'] },
  }),
  answers: [
    effect(packages, 'nginx', noPackage),
    effect(units, 'nginx.service', { ...noUnit, load: 'masked', enabled: 'masked' }),
    effect(unfinishedPackages, null, []),
  ],
  plan: {
    action: 'create',
    differences: [{ what: 'version', from: null, to: 'newest' }],
    steps: [
      script('install nginx', transaction(' --no-install-recommends'), {
        args: ['nginx'],
        merge: true,
        foretold: true,
        detached: true,
        effects: [effect(packages, 'nginx', { status: 'installed', version: '', held: false, changedAt: later })],
      }),
    ],
  },
} satisfies Case
