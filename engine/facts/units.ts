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
  /** The unit's files are newer than what systemd has read. Never of a masked one: systemd 252 says so of its drop-ins for ever. */
  readonly needsReload: boolean
  /** 0 where none. */
  readonly mainPid: number
  /** Seconds since boot at which it last became active, 0 for never. A reload does not count. */
  readonly activeUptime: number
  /** The same as seconds since the epoch, by the clock as it was then. */
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

/** Whether systemd was told to read its units again meanwhile: no host says so, only what a step is known to bring about. */
export const unitsRead: Fact<null, boolean> = { name: 'units read', script: () => ':', parse: () => [false] }

/** A template is a file without a unit: systemd refuses to speak of it. */
export const isTemplate = (unit: string): boolean => /@\.[a-z]+$/.test(unit)

const properties = [
  'LoadState',
  'ActiveState',
  'SubState',
  'UnitFileState',
  'NeedDaemonReload',
  'MainPID',
  'ActiveEnterTimestamp',
  'ActiveEnterTimestampMonotonic',
].join(',')

/** One `systemctl show` for any number of units, by full name (`nginx.service`). Needs systemd 248, of Debian 12. */
export const units: Fact<string, UnitAnswer> = {
  name: 'units',

  script: (names) => {
    const real = names.filter((name) => !isTemplate(name))
    if (real.length === 0) return ':'
    return `systemctl show --timestamp=us+utc -p ${properties} -- ${command(...real)}`
  },

  parse: (output, names) => {
    const blocks = output.trim().split(/\n\n+/)
    const real = names.filter((name) => !isTemplate(name))
    if (real.length > 0 && blocks.length !== real.length) throw unclear(real.length, blocks.length)
    let next = 0
    return names.map((name) => (isTemplate(name) ? template : readUnit(blocks[next++] ?? '')))
  },
}

const template: UnitAnswer = { ...noUnit, load: 'template' }

const readUnit = (block: string): UnitAnswer => {
  const values = new Map(block.split('\n').map((line) => [line.split('=', 1)[0] ?? '', line.replace(/^[^=]*=/, '')]))
  const load = values.get('LoadState') ?? 'not-found'
  return {
    load,
    active: values.get('ActiveState') ?? 'inactive',
    sub: values.get('SubState') ?? 'dead',
    enabled: values.get('UnitFileState') ?? '',
    needsReload: load !== 'masked' && values.get('NeedDaemonReload') === 'yes',
    mainPid: Number(values.get('MainPID') ?? 0),
    activeUptime: Number(values.get('ActiveEnterTimestampMonotonic') ?? 0) / 1e6,
    activeSince: secondsSinceEpoch(values.get('ActiveEnterTimestamp') ?? ''),
  }
}

/** Reads `Sat 2026-11-21 23:15:19.058990 UTC`; 0 for never. */
const secondsSinceEpoch = (timestamp: string): number => {
  const [, date, time, fraction = ''] = /(\d+-\d+-\d+) (\d+:\d+:\d+)(\.\d+)? UTC/.exec(timestamp) ?? []
  return date === undefined ? 0 : Date.parse(`${date}T${time}Z`) / 1000 + Number(`0${fraction}`)
}

const unclear = (asked: number, answered: number) =>
  new FettleError({
    code: 'fact.failed',
    message: `systemctl was asked for ${asked} units and spoke of ${answered}`,
    hint: 'a unit name may be a pattern or not a unit name at all',
  })
