import type { Declaration } from '../../engine/core/resource.ts'
import type { RoleContext, Topology } from '../../engine/core/role.ts'
import type { Alert, Watch } from '../../engine/core/watch.ts'
import { apt } from '../../engine/resources/apt.ts'
import { file } from '../../engine/resources/file.ts'
import { service } from '../../engine/resources/service.ts'
import type { BaseSettings } from './settings.ts'

type Context = Pick<RoleContext<BaseSettings>, 'settings' | 'render'>

const name = 'prometheus-node-exporter'
const restarts = [`${name}.service`]

/** Tells of the machine: processors, memory, disks, network. */
export const exporter = ({ settings: { metrics }, render }: Context): Declaration[] => {
  if (!metrics) return []
  const content = render('base/exporter.default', { port: metrics.port })
  return [
    apt.installed({ name, provides: { units: restarts } }),
    file.present({ path: `/etc/default/${name}`, content, restarts }),
    service.running({ unit: `${name}.service` }),
  ]
}

export const watchOf = ({ settings: { metrics } }: Topology<BaseSettings>): readonly Watch[] =>
  metrics ? [{ job: 'node', port: metrics.port, alerts }] : []

/** Disks of the host itself: what systemd mounts for a moment, and what is read-only on purpose, are not. */
const disks = '{fstype!~"tmpfs|ramfs|squashfs|overlay",mountpoint!~"/(run|proc|sys|dev)(/.*)?"}'

const alerts: readonly Alert[] = [
  {
    name: 'DiskShort',
    expression: `node_filesystem_avail_bytes${disks} / node_filesystem_size_bytes < 0.1 and node_filesystem_readonly == 0`,
    ...{ after: 300, severity: 'critical', hint: 'fettle exec -l {{ $labels.host }} -- df -h' },
    says: '{{ $labels.host }} has {{ $value | humanizePercentage }} of {{ $labels.mountpoint }} left.',
  },
  {
    name: 'DiskFullSoon',
    expression: `predict_linear(node_filesystem_avail_bytes${disks}[6h], 86400) < 0 and node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.3`,
    ...{ after: 1800, severity: 'warning', hint: 'fettle exec -l {{ $labels.host }} -- df -h' },
    says: '{{ $labels.mountpoint }} of {{ $labels.host }} is full within a day, if it goes on so.',
  },
  {
    name: 'MemoryShort',
    expression: 'node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes < 0.05',
    ...{
      after: 300,
      severity: 'warning',
      hint: 'fettle exec -l {{ $labels.host }} -- systemd-cgtop --iterations=1 --order=memory',
    },
    says: '{{ $labels.host }} has {{ $value | humanizePercentage }} of its memory left.',
  },
  {
    name: 'ClockOff',
    expression: 'node_timex_sync_status == 0 and node_timex_maxerror_seconds >= 16',
    ...{ after: 600, severity: 'warning', hint: 'fettle exec -l {{ $labels.host }} -- timedatectl timesync-status' },
    says: 'The clock of {{ $labels.host }} follows no other.',
  },
]
