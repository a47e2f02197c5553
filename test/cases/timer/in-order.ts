import { effect } from '../../../engine/core/fact.ts'
import { inOrder } from '../../../engine/core/plan.ts'
import { path } from '../../../engine/facts/path.ts'
import { runningUnit, units } from '../../../engine/facts/units.ts'
import { timer } from '../../../engine/resources/timer.ts'
import { type Case, rootFile } from '../case.ts'

const file = '/etc/systemd/system/backup.timer'
const content = `[Unit]
Description=Starts backup.service

[Timer]
OnCalendar=daily
OnCalendar=Mon 04:00
Unit=backup.service
Persistent=true
RandomizedDelaySec=600
FixedRandomDelay=true

[Install]
WantedBy=timers.target
`

export default {
  declare: timer.present({ name: 'backup', calendar: ['daily', 'Mon 04:00'], spread: 600 }),
  answers: [effect(path, file, rootFile(content)), effect(units, 'backup.timer', { ...runningUnit, sub: 'waiting' })],
  plan: inOrder,
} satisfies Case
