import type { Observer } from '../../../../engine/converge/plan/observer.ts'
import { type Effect, type Read, topicKey } from '../../../../engine/core/fact.ts'

/** A host that is a table of answers. A question without an answer is an error. */
export const tableOf = (answers: readonly Effect[]): Observer & { readonly asked: readonly string[] } => {
  const known = new Map(answers.map((answer) => [topicKey(answer), answer.answer]))
  const asked: string[] = []
  const read: Read = async (fact, query) => {
    const key = topicKey({ fact: fact.name, query })
    asked.push(key)
    if (!known.has(key)) throw new Error(`no answer to ${key}`)
    return known.get(key) as never
  }
  return { read, asked, forget: () => {} }
}
