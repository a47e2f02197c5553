import { createObserver } from '../engine/converge/plan/observer.ts'
import { planHost } from '../engine/converge/plan/plan.ts'
import { emptyManifest } from '../engine/converge/state/manifest.ts'
import type { Session } from '../engine/core/ports.ts'
import { directory } from '../engine/resources/directory.ts'
import { file } from '../engine/resources/file.ts'
import { kinds } from '../engine/resources/index.ts'
import { service } from '../engine/resources/service.ts'
import { type Row, time } from './measure.ts'

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

/** A hundred resources of which a bare host has none. */
const description = (host: number) =>
  [
    ...upTo(30).map((index) => directory.present({ path: `/srv/d${index}` })),
    ...upTo(60).map((index) =>
      file.present({
        path: `/etc/app/f${index}.conf`,
        content: `host ${host}\nfile ${index}\n`,
        reloads: ['app.service'],
      }),
    ),
    ...upTo(10).map((index) => service.running({ unit: `s${index}.service` })),
  ].map((declaration) => ({ declaration, role: 'simulated' }))

const unit =
  'LoadState=loaded\nActiveState=inactive\nSubState=dead\nUnitFileState=enabled\nNeedDaemonReload=no\nMainPID=0\nActiveEnterTimestampMonotonic=0'

/** A host without files whose units are all stopped: it answers every section of a script. */
const simulatedHost = (): Session => ({
  run: async (script) => {
    const sections = [...script.matchAll(/printf '\\n(\w+) %d\\n'/g)].map(([, nonce]) => nonce)
    const units = upTo(11)
      .map(() => unit)
      .join('\n\n')
    const answers = script.includes('systemctl show')
      ? sections.map((nonce, index) => `${index === sections.length - 1 ? `1000.5 500.5\n${units}` : ''}\n${nonce} 0\n`)
      : sections.map((nonce) => `\n${nonce} 0\n`)
    return { exit: 0, stdout: answers.join(''), stderr: '', duration: 0 }
  },
  feed: () => Promise.reject(new Error('nothing is sent to a host that is only looked at')),
  close: async () => {},
})

const planOne = async (host: number): Promise<number> => {
  const ownership = {
    site: 'bench',
    assigned: new Set<string>(),
    computed: new Set<string>(),
    retired: new Set<string>(),
  }
  const request = { items: description(host), ownership, kinds, manifest: emptyManifest, bootId: 'boot' }
  const { items } = await planHost(request, createObserver(simulatedHost()))
  return items.filter(({ plan }) => plan.steps.length > 0).length
}

const planMany = async (hosts: number): Promise<number> => {
  const started = performance.now()
  for (const host of upTo(hosts)) {
    const changes = await planOne(host)
    if (changes !== 100) throw new Error(`host ${host}: ${changes} changes instead of 100`)
  }
  return (performance.now() - started) / 1000
}

/** Twice the hosts should take twice the time. */
export const inMemory = async (): Promise<Row[]> => {
  await planMany(200)
  const counts = [1250, 2500, 5000, 10_000]
  const taken: number[] = []
  for (const count of counts) taken.push(await planMany(count))
  const growth = (taken.at(-1) ?? 0) / (taken[0] ?? 1) / 8
  return [
    {
      what: '10,000 simulated hosts x 100 resources planned in memory',
      baseline: counts.map((count, index) => `${count}: ${time(taken[index] ?? 0)}`).join(', '),
      fettle: time(taken.at(-1) ?? 0),
      ratio: `${growth.toFixed(2)}x of linear`,
      goal: 'linear',
      met: growth < 1.3,
    },
  ]
}
