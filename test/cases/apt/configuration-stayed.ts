import { effect } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { noPackage, packages, unfinishedPackages } from '../../../engine/facts/packages.ts'
import { noUnit, runningUnit, units } from '../../../engine/facts/units.ts'
import { apt } from '../../../engine/resources/apt.ts'
import { transaction } from '../../../engine/resources/apt-script.ts'
import { type Case, later } from '../case.ts'

export default {
  declare: apt.installed({
    name: 'nginx',
    provides: { units: ['nginx.service'], paths: ['/etc/nginx/nginx.conf'], pathsOf: 'nginx-common' },
  }),
  answers: [
    effect(packages, 'nginx', noPackage),
    effect(packages, 'nginx-common', { ...noPackage, status: 'config-files' }),
    effect(unfinishedPackages, null, []),
    effect(units, 'nginx.service', noUnit),
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
        effects: [
          effect(packages, 'nginx', { status: 'installed', version: '', held: false, changedAt: later }),
          effect(units, 'nginx.service', runningUnit),
        ],
      }),
    ],
  },
} satisfies Case
