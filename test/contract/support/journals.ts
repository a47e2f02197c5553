import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { demoPerforming, demoPlanning } from '../../../cli/render/demo-events.ts'
import type { Event, HostResult } from '../../../engine/core/event.ts'
import type { HostFacts } from '../../../engine/core/host.ts'

export const facts: HostFacts = {
  os: { id: 'debian', version: '12', codename: 'bookworm', name: 'Debian GNU/Linux 12', architecture: 'amd64' },
  ...{ hostname: 'web1', cpus: 4, memory: 8_000_000_000, openFiles: 32768, uptime: 5, bootId: 'b', arrival: null },
  disks: [{ mount: '/', device: '/dev/vda', size: 100, free: 40 }],
  interfaces: [{ name: 'eth0', addresses: ['10.0.0.1/24'] }],
  ...{ rebootRequired: false, container: false },
}

export const started = (more: Partial<Extract<Event, { type: 'run.started' }>> = {}): Event => ({
  type: 'run.started',
  run: 'r',
  by: { who: 'ada', from: 'laptop', process: { pid: 1, began: 'boot 1' } },
  ...{ command: 'provision --yes', site: 'shop', environment: 'lab', hosts: ['web1'] },
  ...more,
})

export const result = (host: string, more: Partial<HostResult> = {}): HostResult => ({
  ...{ host, outcome: 'unchanged', changed: 0, reacted: 0, owed: [], duration: 1 },
  ...more,
})

export const finished = (...results: HostResult[]): Event => ({
  type: 'run.finished',
  run: 'r',
  results,
  duration: 1500,
})

/** A run with everything in it: changes, failures, a host that was silent, a release, and texts that are hard to keep. */
export const eventful = (hosts = 6): readonly Event[] => {
  const demo = { hosts, forks: hosts }
  const release = { host: 'web1', app: 'shop', release: 'v2-0123456789ab' }
  const [, ...planning] = demoPlanning(demo)
  return [
    { type: 'site.revision', revision: { commit: 'a'.repeat(40), dirty: true } },
    started({ hosts: ['lb1', ...Array.from({ length: hosts - 1 }, (_, index) => `web${index + 1}`)] }),
    { type: 'host.seen', host: 'web1', facts },
    ...planning,
    { type: 'warning', host: 'web1', message: "half of \ud83d, a zero\0, a quote', a line\nand \u2028" },
    { type: 'release.placed', ...release },
    { type: 'release.live', ...release },
    ...demoPerforming(demo),
  ]
}

/** The lines of a journal, a second from one to the next. */
export const linesOf = (events: readonly Event[], start = Date.parse('2026-01-01T00:00:00Z')): string =>
  events
    .map((event, index) => `${JSON.stringify({ at: new Date(start + index * 1000).toISOString(), ...event })}\n`)
    .join('')

export const runName = (number: number): string => `20260101T${String(number).padStart(6, '0')}-abcdef`

export const append = (folder: string, run: string, text: string | Buffer): void => {
  mkdirSync(folder, { recursive: true })
  appendFileSync(join(folder, `${run}.ndjson`), text)
}
