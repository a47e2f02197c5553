import type { Look } from './look.ts'
import { isEmptyPlan } from './plan-summary.ts'
import { planText } from './plan-text.ts'
import { createRecap } from './recap.ts'
import type { Renderer } from './renderer.ts'

interface JsonOptions {
  readonly write: (text: string) => void
  /** For people, aside of the data. */
  readonly tell: (text: string) => void
  readonly look: Look
}

/** Changes with the shape of the events: the minor number when something is added, the major one when something else. */
const format = '1.3'

const unseen = /[\u007f-\u009f\u2028\u2029\ufeff]|\p{Bidi_Control}/gu
const coded = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** One event per line, each a JSON object; the first says the format. */
export const createJson = ({ write, tell, look }: JsonOptions): Renderer => {
  const recap = createRecap()
  const line = (value: object) => write(`${JSON.stringify(value).replace(unseen, coded)}\n`)
  line({ type: 'version', format })
  return {
    emit: (event) => {
      line(event)
      recap.take(event)
      const text = event.type === 'run.finished' ? recap.text(event.results, event.duration, look) : ''
      if (text) tell(`${text}\n`)
    },
    showPlan: (plans) => {
      if (!isEmptyPlan(plans)) tell(`${planText(plans, look)}\n`)
    },
    rest: () => {},
    close: () => {},
  }
}
