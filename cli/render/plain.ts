import { createFold } from './fold.ts'
import { saidLines, saidOf } from './lines.ts'
import type { Look } from './look.ts'
import { isEmptyPlan } from './plan-summary.ts'
import { planText } from './plan-text.ts'
import { createRecap } from './recap.ts'
import type { Renderer } from './renderer.ts'

interface PlainOptions {
  readonly write: (text: string) => void
  readonly look: Look
}

/** Lines for files, pipes and continuous integration: nothing moves. With `-v`, each has the time of day. */
export const createPlain = ({ write, look }: PlainOptions): Renderer => {
  const recap = createRecap()
  const fold = createFold((said, hosts) => {
    const time = look.verbose > 0 ? `${new Date().toTimeString().slice(0, 8)} ` : ''
    write(
      saidLines(said, hosts, look)
        .map((line) => `${time}${line}\n`)
        .join(''),
    )
  })
  return {
    emit: (event) => {
      const isTold = event.type === 'host.done' && recap.hasFailed(event.host)
      const said = isTold ? undefined : saidOf(event, look)
      if (said) fold.say(said)
      recap.take(event)
      if (event.type !== 'run.finished') return
      fold.flush()
      const text = recap.text(event.results, event.duration, look)
      if (text) write(`\n${text}\n`)
    },
    showPlan: (plans) => {
      fold.flush()
      if (!isEmptyPlan(plans) || plans.some(({ notices }) => notices.length > 0))
        write(`\n${planText(plans, look)}\n\n`)
    },
    rest: fold.flush,
    close: fold.flush,
  }
}
