import type { Problem } from '../../engine/core/error.ts'
import type { Event, HostPlan, HostResult, PlannedChange, PlannedReaction } from '../../engine/core/event.ts'

/** What a demonstration plays: a site of this many hosts, of which some fail. */
export interface Demo {
  readonly hosts: number
  /** Hosts worked on at once. */
  readonly forks: number
}

const nameOf = (index: number, hosts: number): string =>
  index === 0 ? 'lb1' : `web${String(index).padStart(String(hosts - 1).length, '0')}`

const demoNames = ({ hosts }: Demo): string[] => Array.from({ length: hosts }, (_, index) => nameOf(index, hosts))

const before =
  'worker_processes auto;\n\nevents {\n    worker_connections 768;\n}\n\nhttp {\n    server_tokens on;\n}\n'
const after = before.replace('768', '4096').replace('server_tokens on', 'server_tokens off')

const change = (key: string, more: Partial<PlannedChange>): PlannedChange => ({
  key,
  role: 'nginx',
  action: 'create',
  differences: [],
  steps: [`make ${key}`],
  provisional: false,
  ...more,
})

const webChanges: readonly PlannedChange[] = [
  change('package:nginx', { differences: [{ what: 'version', from: null, to: '1.22.1-9' }], steps: ['install nginx'] }),
  change('file:/etc/nginx/nginx.conf', {
    action: 'change',
    differences: [
      { what: 'content', from: before, to: after, text: true },
      { what: 'mode', from: '0600', to: '0644' },
    ],
    steps: ['write /etc/nginx/nginx.conf'],
    provisional: true,
  }),
  change('file:/etc/nginx/sites-enabled/default', {
    action: 'remove',
    differences: [{ what: 'file', from: '/etc/nginx/sites-enabled/default', to: null }],
    steps: ['remove /etc/nginx/sites-enabled/default'],
  }),
  change('user:deploy', {
    role: 'base',
    differences: [
      { what: 'user', from: null, to: 'deploy (1001)' },
      { what: 'groups', from: null, to: 'www-data, adm' },
    ],
    steps: ['add user deploy'],
  }),
]

const balancerChanges: readonly PlannedChange[] = [
  change('file:/etc/haproxy/haproxy.cfg', {
    role: 'haproxy',
    action: 'change',
    differences: [{ what: 'content', from: 'maxconn 1000\n', to: 'maxconn 5000\n', text: true }],
    steps: ['write /etc/haproxy/haproxy.cfg'],
  }),
]

const reaction = (unit: string, asks: 'reload' | 'restart', because: string, owed = false): PlannedReaction => ({
  unit,
  asks,
  because: [because],
  owed,
})

const planOf = (host: string): HostPlan =>
  host.startsWith('lb')
    ? {
        host,
        changes: balancerChanges,
        reactions: [
          reaction('haproxy.service', 'reload', 'file:/etc/haproxy/haproxy.cfg'),
          reaction('keepalived.service', 'restart', 'file:/etc/keepalived/keepalived.conf', true),
        ],
        notices: ['file:/etc/motd was edited by somebody else and is left alone'],
      }
    : {
        host,
        changes: webChanges,
        reactions: [reaction('nginx.service', 'reload', 'file:/etc/nginx/nginx.conf')],
        notices: [],
      }

/** Every third host is in order already. */
const demoPlan = (host: string, index: number): HostPlan =>
  index % 3 === 2 ? { host, changes: [], reactions: [], notices: [] } : planOf(host)

const silent: Problem = {
  code: 'host.unreachable',
  message: 'nobody answers at 192.0.2.7 port 22',
  hint: 'is it up? fettle ssh goes the same way',
}

const broken: Problem = {
  code: 'step.failed',
  message: 'install nginx came to exit code 100',
  detail:
    'E: Failed to fetch http://mirror.example/nginx_1.22.1-9_amd64.deb  Connection timed out\nE: Unable to fetch some archives',
  hint: 'the run can be repeated: what was done is not done again',
}

type Fate = 'good' | 'silent' | 'broken'

const fateOf = (index: number, hosts: number): Fate =>
  index === Math.floor(hosts / 2) ? 'broken' : index === hosts - 1 ? 'silent' : 'good'

/** The plans that the demonstration's hosts come to. */
export const demoPlans = (demo: Demo): HostPlan[] =>
  demoNames(demo).flatMap((host, index) => (fateOf(index, demo.hosts) === 'silent' ? [] : [demoPlan(host, index)]))

/** The events up to the plans. */
export function* demoPlanning(demo: Demo): Generator<Event> {
  const names = demoNames(demo)
  const by = { who: 'ada', from: 'laptop', process: { pid: 1, began: null } }
  yield { type: 'run.started', run: 'demo', by, command: 'provision', site: 'demo', environment: 'demo', hosts: names }
  yield* inTurns(
    names.map((host, index) => planning(host, demoPlan(host, index), fateOf(index, demo.hosts))),
    demo.forks,
  )
}

/** The events from the approval to the end. */
export function* demoPerforming(demo: Demo): Generator<Event> {
  const results: HostResult[] = []
  const tracks = demoNames(demo).map((host, index) =>
    performing(host, demoPlan(host, index), fateOf(index, demo.hosts)),
  )
  for (const event of inTurns(tracks, demo.forks)) {
    if (event.type === 'host.done') results.push(event.result)
    yield event
  }
  yield { type: 'run.finished', run: 'demo', results, duration: 83_400 }
}

function* planning(host: string, plan: HostPlan, fate: Fate): Generator<Event> {
  yield { type: 'host.connecting', host }
  if (fate !== 'silent') yield { type: 'host.planned', host, plan }
}

function* performing(host: string, plan: HostPlan, fate: Fate): Generator<Event> {
  const base = { host, changed: 0, reacted: 0, owed: [], duration: 2300 }
  if (fate === 'silent') {
    const problem = { ...silent, host }
    return yield { type: 'host.done', host, result: { ...base, outcome: 'unreachable', problem } }
  }
  if (plan.changes.length === 0) return yield { type: 'host.done', host, result: { ...base, outcome: 'unchanged' } }
  yield { type: 'host.performing', host, steps: plan.changes.length + plan.reactions.length }
  for (const change of plan.changes) {
    const step = { host, key: change.key, title: change.steps[0] ?? '' }
    yield { type: 'step.intended', ...step }
    if (fate === 'broken') {
      const problem = { ...broken, host }
      yield { type: 'step.failed', ...step, problem }
      const owed = plan.reactions.map(({ unit }) => unit)
      return yield { type: 'host.done', host, result: { ...base, outcome: 'failed', owed, problem } }
    }
    yield { type: 'step.done', ...step, duration: 120 }
    yield { type: 'resource.changed', host, change }
  }
  for (const reaction of plan.reactions) yield { type: 'reaction.done', host, reaction }
  const [changed, reacted] = [plan.changes.length, plan.reactions.length]
  yield { type: 'host.done', host, result: { ...base, outcome: 'changed', changed, reacted } }
}

/** So many at once, each one event further in its turn. */
function* inTurns(tracks: readonly Generator<Event>[], forks: number): Generator<Event> {
  const waiting = [...tracks]
  const running = waiting.splice(0, forks)
  while (running.length > 0) {
    for (const track of [...running]) {
      const { value, done } = track.next()
      if (value) yield value
      if (done) running.splice(running.indexOf(track), 1, ...waiting.splice(0, 1))
    }
  }
}
