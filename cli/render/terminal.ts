import type { Event } from '../../engine/core/event.ts'
import { createFold } from './fold.ts'
import { saidLines, saidOf } from './lines.ts'
import { createLive } from './live.ts'
import { liveLines } from './live-text.ts'
import type { Look } from './look.ts'
import { isEmptyPlan } from './plan-summary.ts'
import { planText } from './plan-text.ts'
import { createProgress } from './progress.ts'
import { createRecap } from './recap.ts'
import type { Renderer } from './renderer.ts'

interface TerminalOptions {
  readonly write: (text: string) => void
  readonly columns: () => number
  readonly rows: () => number
  /** Gives back how to stop listening. */
  readonly onResize: (listener: () => void) => () => void
  readonly color: boolean
  readonly verbose: number
}

/** Milliseconds between two looks at what is running. What is over sooner never shows. */
const pace = 150

/** Lines that stay for what changed or failed, and below them a few for what is running. */
export const createTerminal = (options: TerminalOptions): Renderer => {
  const now = () => performance.now()
  const started = now()
  const look = (): Look => ({ columns: options.columns(), color: options.color, verbose: options.verbose })
  const progress = createProgress(now)
  const recap = createRecap()
  const live = createLive(options.write, options.columns)
  let isShown = false

  const region = () => (isShown ? liveLines(progress, now(), started, options.rows() - 2, look()) : [])
  const stay = (lines: readonly string[]) => live.draw(lines, region())
  const fold = createFold((said, hosts) => stay(saidLines(said, hosts, look())))
  const ticker = ticking(() => {
    isShown = true
    stay([])
  })
  const stopListening = options.onResize(() => stay([]))
  /** Ends with the region gone, until something runs again. */
  const settle = (text: string) => {
    ticker.stop()
    isShown = false
    fold.flush()
    stay(text ? ['', ...text.split('\n')] : [])
  }

  return {
    emit: (event) => {
      const isTold = event.type === 'host.done' && recap.hasFailed(event.host)
      const said = isTold ? undefined : saidOf(event, look())
      if (said) fold.say(said)
      progress.take(event)
      recap.take(event)
      if (event.type === 'run.finished') settle(recap.text(event.results, event.duration, look()))
      else if (isWork(event)) ticker.start()
    },
    showPlan: (plans) => {
      const isWorthShowing = !isEmptyPlan(plans) || plans.some(({ notices }) => notices.length > 0)
      settle(isWorthShowing ? `${planText(plans, look())}\n` : '')
    },
    rest: () => settle(''),
    close: () => {
      settle('')
      stopListening()
    },
  }
}

const isWork = (event: Event): boolean => event.type !== 'warning' && event.type !== 'host.done'

const ticking = (tick: () => void) => {
  let timer: NodeJS.Timeout | undefined
  return {
    start: () => {
      timer ??= setInterval(tick, pace).unref()
    },
    stop: () => {
      clearInterval(timer)
      timer = undefined
    },
  }
}
