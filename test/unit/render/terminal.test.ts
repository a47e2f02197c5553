import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { demoPerforming, demoPlanning, demoPlans } from '../../../cli/render/demo-events.ts'
import { Screen } from './screen.ts'
import { type Stage, stage } from './stage.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const onScreen = (screen: Screen, color = false): Stage =>
  stage({ mode: 'terminal', columns: () => screen.columns, rows: () => screen.rows, color }, (text) =>
    screen.write(text),
  )

/** Lets so many milliseconds go by after each event. */
const play = (
  { renderer }: Stage,
  events: Iterable<Parameters<Stage['renderer']['emit']>[0]>,
  pause: number,
  look = () => {},
) => {
  for (const event of events) {
    renderer.emit(event)
    vi.advanceTimersByTime(pause)
    look()
  }
}

describe.each([
  [80, 12],
  [200, 12],
  [80, 24],
  [40, 5],
  [80, 3],
])('%d columns, %d rows, 300 hosts', (columns, rows) => {
  test('the region stays small, the failed host is to be seen', () => {
    const screen = new Screen(columns, rows)
    const demo = { hosts: 300, forks: 50 }
    const run = onScreen(screen, true)
    play(run, demoPlanning(demo), 9)
    run.renderer.showPlan(demoPlans(demo))
    play(run, demoPerforming(demo), 9)
    run.renderer.close()
    expect(screen.erased.length).toBeGreaterThan(20)
    expect(Math.max(...screen.erased)).toBeLessThanOrEqual(Math.max(0, rows - 2))
    if (rows >= 12) expect(screen.view.join('\n')).toContain('1 failed (web150)')
    expect(screen.scrollback).not.toMatch(/at work|and \d+ more hosts/)
    expect(screen.scrollback.match(/^ {4}x .*web150/gm)).toEqual([expect.stringContaining('package:nginx')])
  })
})

test('a region with the busiest hosts and the course of the run', () => {
  const screen = new Screen(60, 7)
  const run = onScreen(screen)
  const hosts = ['web1', 'web2', 'web3', 'web4', 'web5']
  const by = { who: 'ada', from: 'laptop', process: { pid: 1, began: null } }
  run.renderer.emit({ type: 'run.started', run: 'r', by, command: 'provision', site: 's', environment: 'lab', hosts })
  for (const host of hosts) run.renderer.emit({ type: 'host.performing', host, steps: 3 })
  vi.advanceTimersByTime(2000)
  run.renderer.emit({ type: 'step.intended', host: 'web1', key: 'k', title: 'install \u001b[31mnginx' })
  vi.advanceTimersByTime(1000)
  expect(screen.view.slice(0, -1)).toEqual([
    'lab: 5 hosts',
    '      web2    3 s  beginning',
    '      web3    3 s  beginning',
    '      web4    3 s  beginning',
    '      and 2 more hosts',
    '  ... 0 of 5 done, 5 at work, 3 s',
  ])
  screen.rows = 24
  vi.advanceTimersByTime(200)
  expect(screen.view).toContain('      web1    1 s  install ^[[31mnginx (1/3)')
})

test('the same on many hosts in one moment is one line, soon after', () => {
  const screen = new Screen(80, 24)
  const run = onScreen(screen)
  const change = {
    key: 'file:/a',
    role: 'r',
    action: 'change',
    differences: [],
    steps: [],
    provisional: false,
  } as const
  for (let n = 1; n <= 9; n++) run.renderer.emit({ type: 'resource.changed', host: `web${n}`, change })
  vi.advanceTimersByTime(100)
  run.renderer.emit({ type: 'resource.changed', host: 'web10', change })
  vi.advanceTimersByTime(100)
  expect(screen.view.slice(0, 2).map((line) => line.replace(/ +/g, ' '))).toEqual([
    ' ~ file:/a web[1:9]',
    ' ~ file:/a web10',
  ])
})

test('what is over at once shows no region', () => {
  const screen = new Screen(80, 24)
  const run = onScreen(screen)
  play(run, demoPlanning({ hosts: 3, forks: 3 }), 1)
  run.renderer.close()
  expect(screen.erased).toEqual([])
})

test('a window made narrower while the region stands leaves nothing of it behind', () => {
  const screen = new Screen(120, 20)
  const run = onScreen(screen)
  const [writes, { stdout }] = [screen.erased, run]
  play(run, demoPlanning({ hosts: 30, forks: 8 }), 20)
  const before = writes.length
  run.renderer.emit({ type: 'host.performing', host: 'lb1', steps: 1 })
  run.renderer.emit({ type: 'step.intended', host: 'lb1', key: 'k', title: 'x'.repeat(100) })
  vi.advanceTimersByTime(400)
  screen.columns = 50
  stdout.emit('resize')
  // The long line has gone on below: one row more than there were lines.
  expect(writes.length).toBeGreaterThan(before)
  expect(writes.at(-1)).toBeGreaterThan(writes.at(-2) ?? 0)
  run.renderer.close()
})

test('sizes that are not known are taken as 80 and 24', () => {
  const run = stage({ mode: 'terminal', columns: () => Number.NaN, rows: () => 0 })
  play(run, demoPlanning({ hosts: 300, forks: 50 }), 10)
  run.renderer.close()
  expect(
    Math.max(
      ...run
        .out()
        .split('\n')
        .map((line) => line.length),
    ),
  ).toBeLessThan(120)
})
