import { effect } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { groups } from '../../../engine/facts/groups.ts'
import { noPackage, packages, unfinishedPackages } from '../../../engine/facts/packages.ts'
import { path } from '../../../engine/facts/path.ts'
import { noUnit, runningUnit, units } from '../../../engine/facts/units.ts'
import { users } from '../../../engine/facts/users.ts'
import { apt } from '../../../engine/resources/apt.ts'
import { transaction } from '../../../engine/resources/apt-script.ts'
import { type Case, later } from '../case.ts'

export default {
  declare: apt.installed({
    name: 'haproxy',
    provides: { units: ['haproxy.service'], users: ['haproxy'], paths: ['/etc/haproxy/', '/etc/haproxy/haproxy.cfg'] },
  }),
  answers: [
    effect(units, 'haproxy.service', noUnit),
    effect(packages, 'haproxy', noPackage),
    effect(unfinishedPackages, null, []),
  ],
  plan: {
    action: 'create',
    differences: [{ what: 'version', from: null, to: 'newest' }],
    steps: [
      script('install haproxy', transaction(' --no-install-recommends'), {
        args: ['haproxy'],
        merge: true,
        foretold: true,
        detached: true,
        effects: [
          effect(packages, 'haproxy', { status: 'installed', version: '', held: false, changedAt: later }),
          effect(units, 'haproxy.service', runningUnit),
          effect(users, 'haproxy', {
            uid: null,
            group: 'haproxy',
            groups: [],
            comment: '',
            home: '/nonexistent',
            shell: '/usr/sbin/nologin',
            password: 'locked',
            expires: null,
          }),
          effect(groups, 'haproxy', { gid: null }),
          effect(path, '/etc/haproxy', {
            type: 'directory',
            mode: '0755',
            owner: 'root',
            group: 'root',
            changedAt: later,
          }),
          effect(path, '/etc/haproxy/haproxy.cfg', {
            type: 'file',
            size: 0,
            sha256: '',
            mode: '0644',
            owner: 'root',
            group: 'root',
            changedAt: later,
          }),
        ],
      }),
    ],
  },
} satisfies Case
