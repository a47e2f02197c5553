import { expect } from 'vitest'
import { effect } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { path } from '../../../engine/facts/path.ts'
import { noUnit, units } from '../../../engine/facts/units.ts'
import { timer } from '../../../engine/resources/timer.ts'
import { reread } from '../../../engine/resources/unit.ts'
import { absent, type Case, placed, unitsReadAgain } from '../case.ts'

const file = '/etc/systemd/system/backup.timer'
const content = `[Unit]
Description=Starts dump.service

[Timer]
OnCalendar=hourly
Unit=dump.service
Persistent=false

[Install]
WantedBy=timers.target
`

export default {
  declare: timer.present({ name: 'backup.timer', calendar: 'hourly', unit: 'dump', persistent: false }),
  answers: [effect(path, file, absent), effect(units, 'backup.timer', noUnit)],
  plan: {
    action: 'create',
    differences: [
      { what: 'content', from: null, to: content, text: true },
      { what: 'active', from: null, to: 'active' },
      { what: 'enabled', from: '', to: 'enabled' },
    ],
    steps: [
      placed(file, content, null),
      reread,
      script('enable backup.timer', 'systemctl enable -- "$1"', {
        args: ['backup.timer'],
        foretold: true,
        effects: [unitsReadAgain],
      }),
      script('start backup.timer', expect.any(String), {
        args: ['backup.timer'],
        foretold: true,
        effects: [
          effect(units, 'backup.timer', {
            ...noUnit,
            load: 'loaded',
            active: 'active',
            sub: 'running',
            enabled: 'enabled',
          }),
        ],
      }),
    ],
  },
} satisfies Case
