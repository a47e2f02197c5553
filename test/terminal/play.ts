import { setTimeout as pause } from 'node:timers/promises'
import { createRenderer } from '../../cli/render/create-renderer.ts'
import { demoPerforming, demoPlanning, demoPlans } from '../../cli/render/demo-events.ts'

/** Plays the demonstration on this terminal: hosts, then milliseconds between events. */
const [hosts = 12, interval = 20] = process.argv.slice(2).map(Number)
const demo = { hosts, forks: 50 }

const { stdout, stderr } = process
const renderer = createRenderer({
  mode: stdout.isTTY ? 'terminal' : 'plain',
  stdout,
  stderr,
  columns: () => stdout.columns,
  rows: () => stdout.rows,
  color: stdout.isTTY === true && !process.env.NO_COLOR,
  verbose: Number(process.env.VERBOSE ?? 0),
})

let index = 0
const play = async (events: Iterable<Parameters<typeof renderer.emit>[0]>): Promise<void> => {
  for (const event of events) {
    renderer.emit(event)
    if (index++ % 5 === 0 && interval > 0) await pause(interval)
  }
}

await play(demoPlanning(demo))
renderer.showPlan(demoPlans(demo))
await play(demoPerforming(demo))
renderer.close()
