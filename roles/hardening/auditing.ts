import { apt } from '../../engine/resources/apt.ts'
import { command } from '../../engine/resources/command.ts'
import { file } from '../../engine/resources/file.ts'
import { service } from '../../engine/resources/service.ts'
import type { HardeningControl } from './control.ts'

const unit = 'auditd.service'

export const auditing: readonly HardeningControl[] = [
  {
    name: 'audit-log',
    title: 'changes of accounts, rights, time, kernel modules and their own log are written down by the kernel',
    why: 'who was root cannot do these things unseen',
    reference: 'CIS: system auditing; Lynis ACCT-9628',
    machine: true,
    resources: ({ render }) => [
      apt.installed({ name: 'auditd', provides: { units: [unit], paths: ['/etc/audit/rules.d/'] } }),
      file.present({ path: rules, content: render('hardening/audit.rules', {}), mode: '0640' }),
      service.running({ unit }),
      command.run({ name: 'load the rules of auditd', unless: areLoaded, script: 'augenrules --load' }),
    ],
  },
]

const rules = '/etc/audit/rules.d/50-fettle.rules'

/** As many as there are in the file, and the same as were loaded last: the kernel words them differently. */
const areLoaded = `[ "$(auditctl -l | grep -c fettle-)" = "$(grep -c '^-.*fettle-' ${rules})" ] &&
! grep '^-' ${rules} | grep -qvxFf /etc/audit/audit.rules`
