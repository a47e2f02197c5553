import { FettleError } from '../core/error.ts'
import type { Fact } from '../core/fact.ts'
import { command } from '../core/shell.ts'

/** A unit as systemd sees it. */
export interface UnitAnswer {
  /** `loaded`, `not-found`, `masked`, `bad-setting`, `error`; templates (`app@.service`) are `template`. */
  readonly load: string
  /** `active`, `inactive`, `failed`, `activating`, `deactivating`, `reloading`, `refreshing`, `maintenance`. */
  readonly active: string
  readonly sub: string
  /** As `systemctl is-enabled` says it; empty where there is no unit file. */
  readonly enabled: string
  /** The unit's files are newer than what systemd has read. */
  readonly needsReload: boolean
  /** 0 where none. */
  readonly mainPid: number
  /** Seconds since boot at which it last became active, 0 for never. A reload does not count. */
  readonly activeUptime: number
  /** The same as seconds since the epoch, to about 0.02 seconds. */
  readonly activeSince: number
}

export const noUnit: UnitAnswer = {
  load: 'not-found',
  active: 'inactive',
  sub: 'dead',
  enabled: '',
  needsReload: false,
  mainPid: 0,
  activeUptime: 0,
  activeSince: 0,
}

/** A unit that runs and starts at boot, for effects. */
export const runningUnit: UnitAnswer = {
  ...noUnit,
  load: 'loaded',
  active: 'active',
  sub: 'running',
  enabled: 'enabled',
  activeUptime: Number.POSITIVE_INFINITY,
  activeSince: Number.POSITIVE_INFINITY,
}

/** A template is a file without a unit: systemd refuses to speak of it. */
export const isTemplate = (unit: string): boolean => /@\.[a-z]+$/.test(unit)

const properties = 'LoadState,ActiveState,SubState,UnitFileState,NeedDaemonReload,MainPID,ActiveEnterTimestampMonotonic'

/** One `systemctl show` for any number of units, by full name (`nginx.service`). */
export const units: Fact<string, UnitAnswer> = {
  name: 'units',

  script: (names) => {
    const real = names.filter((name) => !isTemplate(name))
    if (real.length === 0) return ':'
    return `
clock=$(date +%s.%N)
read -r uptime rest </proc/uptime
echo "$clock $uptime"
systemctl show -p ${properties} -- ${command(...real)}`
  },

  parse: (output, names) => {
    const [clock = '', ...rest] = output.split('\n')
    const [now, uptime] = clock.split(' ').map(Number)
    const bootedAt = (now ?? 0) - (uptime ?? 0)
    const blocks = rest.join('\n').trim().split(/\n\n+/)
    const real = names.filter((name) => !isTemplate(name))
    if (real.length > 0 && blocks.length !== real.length) throw unclear(real.length, blocks.length)
    let next = 0
    return names.map((name) => (isTemplate(name) ? template : readUnit(blocks[next++] ?? '', bootedAt)))
  },
}

const template: UnitAnswer = { ...noUnit, load: 'template' }

const readUnit = (block: string, bootedAt: number): UnitAnswer => {
  const values = new Map(block.split('\n').map((line) => [line.split('=', 1)[0] ?? '', line.replace(/^[^=]*=/, '')]))
  const activeUptime = Number(values.get('ActiveEnterTimestampMonotonic') ?? 0) / 1e6
  return {
    load: values.get('LoadState') ?? 'not-found',
    active: values.get('ActiveState') ?? 'inactive',
    sub: values.get('SubState') ?? 'dead',
    enabled: values.get('UnitFileState') ?? '',
    needsReload: values.get('NeedDaemonReload') === 'yes',
    mainPid: Number(values.get('MainPID') ?? 0),
    activeUptime,
    activeSince: activeUptime === 0 ? 0 : bootedAt + activeUptime,
  }
}

const unclear = (asked: number, answered: number) =>
  new FettleError({
    code: 'fact.failed',
    message: `systemctl was asked for ${asked} units and spoke of ${answered}`,
    hint: 'a unit name may be a pattern or not a unit name at all',
  })
