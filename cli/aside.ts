import type { Event } from '../engine/core/event.ts'
import type { Renderer } from './render/renderer.ts'

/** Asks one question after the other. */
export type Aside = <Answer>(ask: () => Promise<Answer>) => Promise<Answer>

export const inTurn = (): Aside => {
  let turn: Promise<unknown> = Promise.resolve()
  return (ask) => {
    const answer = turn.then(ask)
    turn = answer.catch(() => undefined)
    return answer
  }
}

/** A renderer beside which questions may be asked: what is to be told meanwhile waits for the answer. */
export const withQuestions = (renderer: Renderer): Renderer & { readonly aside: Aside } => {
  const waiting: Event[] = []
  const turns = inTurn()
  let isAsking = false
  return {
    ...renderer,
    emit: (event) => {
      if (isAsking) waiting.push(event)
      else renderer.emit(event)
    },
    aside: (ask) =>
      turns(async () => {
        isAsking = true
        renderer.rest()
        try {
          return await ask()
        } finally {
          isAsking = false
          for (const event of waiting.splice(0)) renderer.emit(event)
        }
      }),
  }
}
