import { Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createRenderer } from '../../../cli/render/create-renderer.ts'
import { demoPerforming, demoPlanning, demoPlans } from '../../../cli/render/demo-events.ts'
import type { Event } from '../../../engine/core/event.ts'
import { type Stage, stage } from './stage.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: new Date(2026, 0, 2, 3, 4, 5) })
})
afterEach(() => {
  vi.useRealTimers()
})

const demo = { hosts: 6, forks: 6 }

const playAll = ({ renderer }: Stage): void => {
  for (const event of demoPlanning(demo)) renderer.emit(event)
  renderer.showPlan(demoPlans(demo))
  for (const event of demoPerforming(demo)) renderer.emit(event)
  renderer.close()
}

const hostile: Event = { type: 'warning', host: 'web1\u001b[2J', message: '\u001b]0;title\u0007 \u009b31m\nnext' }

describe('plain', () => {
  test('the whole run, nothing that moves the cursor', () => {
    const run = stage({ mode: 'plain' })
    playAll(run)
    const lines = run.out().split('\n')
    expect(lines[0]).toBe('demo: 6 hosts')
    const after = lines.slice(lines.findIndex((line) => line.startsWith('Plan: ')))
    expect(after.join('\n')).toBe(`Plan: 4 of 5 hosts to change, 13 changes (3 removals), 1 restart, 4 reloads

    x unreachable                                         web5
      nobody answers at 192.0.2.7 port 22
    x package:nginx                                       web3
      install nginx came to exit code 100
    ~ file:/etc/haproxy/haproxy.cfg                       lb1
    + package:nginx                                       web[1,4]
    * haproxy.service reloaded                            lb1
    ! keepalived.service restarted                        lb1
    ~ file:/etc/nginx/nginx.conf                          web[1,4]
    - file:/etc/nginx/sites-enabled/default               web[1,4]
    + user:deploy                                         web[1,4]
    * nginx.service reloaded                              web[1,4]

  lb1       changed      1 change, 2 reactions
  web[1,4]  changed      4 changes, 1 reaction
  web5      unreachable
  web3      failed       still owed: nginx.service

error[host.unreachable] on web5: nobody answers at 192.0.2.7 port 22
  hint: is it up? fettle ssh goes the same way

error[step.failed] on web3: install nginx came to exit code 100
  step install nginx (package:nginx)
  | E: Failed to fetch http://mirror.example/nginx_1.22.1-9_amd64.deb  Connection timed out
  | E: Unable to fetch some archives
  hint: the run can be repeated: what was done is not done again

6 hosts: 3 changed, 1 in order, 1 unreachable (web5), 1 failed (web3), 1 min 23 s
Try these again: fettle provision --limit @last-failed
`)
    expect(run.out()).not.toContain('\u001b')
    expect(run.err()).toBe('')
  })

  test('with -v, steps and the time of day', () => {
    const run = stage({ mode: 'plain', verbose: 1 })
    playAll(run)
    expect(run.out()).toMatch(/^03:04:05 {6} install nginx, 0\.12 s {20,}web\[1,4\]$/m)
    expect(run.out()).toMatch(/^03:04:05 {6} in order, 2\.3 s {20,}web2$/m)
  })

  test('lines come soon, not at the end', () => {
    const run = stage({ mode: 'plain' })
    run.renderer.emit({ type: 'warning', message: 'careful' })
    vi.advanceTimersByTime(100)
    expect(run.out()).toBe('    ? warning: careful\n')
  })
})

describe('json', () => {
  test('one object a line, the format first; words for people go elsewhere', () => {
    const run = stage({ mode: 'json' })
    playAll(run)
    const lines = run
      .out()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines[0]).toEqual({ type: 'version', format: '1.3' })
    expect(lines.slice(1)).toEqual([...demoPlanning(demo), ...demoPerforming(demo)])
    expect(run.err()).toContain('Plan: 4 of 5 hosts to change')
    expect(run.err()).toContain('Try these again')
  })

  test('survives every character and sends none that a terminal obeys', () => {
    const run = stage({ mode: 'json' })
    run.renderer.emit(hostile)
    const [, line = ''] = run.out().split('\n')
    expect(line).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u)
    expect(JSON.parse(line)).toEqual(hostile)
  })
})

const words = new Set(['type', 'action', 'asks', 'outcome', 'code'])
const attack = '\u001b]0;title\u0007\u009b2J\r\n\u202e'

/** Every text in it that could come from a host or a file turns hostile. */
const poisoned = <Thing>(thing: Thing): Thing =>
  JSON.parse(JSON.stringify(thing), (key, value) =>
    typeof value === 'string' && !words.has(key) ? value + attack : value,
  )

test.each(['plain', 'terminal', 'json'] as const)('%s: no text can speak to the terminal', (mode) => {
  const run = stage({ mode, verbose: 2 })
  for (const event of [hostile, ...demoPlanning(demo), ...demoPerforming(demo)]) run.renderer.emit(poisoned(event))
  run.renderer.showPlan(demoPlans(demo).map(poisoned))
  run.renderer.close()
  expect(run.out().length).toBeGreaterThan(2000)
  expect((run.out() + run.err()).match(/.*(?:(?!\n)\p{Cc}|\p{Bidi_Control}).*/gu) ?? []).toEqual([])
})

test('what is hidden in a name is shown', () => {
  const run = stage({ mode: 'plain' })
  run.renderer.emit(hostile)
  run.renderer.close()
  expect(run.out().replace(/ +/g, ' ')).toBe(' ? warning: ^[]0;title^G \\x9b31m^Jnext web1^[[2J\n')
})

test.each(['plain', 'terminal', 'json'] as const)('%s: when nobody reads any more, the run goes on quietly', (mode) => {
  let writes = 0
  const closed = new Writable({
    autoDestroy: false,
    write: (_chunk, _encoding, done) => {
      writes++
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    },
  })
  const options = { columns: () => 80, rows: () => 24, color: false, verbose: 0 }
  const renderer = createRenderer({ mode, stdout: closed, stderr: closed, ...options })
  expect(() => {
    for (const event of demoPlanning(demo)) renderer.emit(event)
    vi.advanceTimersByTime(500)
    renderer.close()
  }).not.toThrow()
  return new Promise<void>((resolve) => closed.once('error', () => resolve())).then(() => {
    expect(writes).toBe(1)
    for (const event of demoPerforming(demo)) renderer.emit(event)
    expect(writes).toBe(1)
    expect(closed.writableLength).toBeLessThan(1000)
  })
})

test('every event has a place in every mode', () => {
  for (const mode of ['plain', 'terminal', 'json'] as const)
    for (const verbose of [0, 1, 2]) {
      const run = stage({ mode, verbose })
      playAll(run)
      expect(run.out()).not.toMatch(/undefined|\[object/)
    }
})
