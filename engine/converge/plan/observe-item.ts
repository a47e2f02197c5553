import { type Read, topicKey } from '../../core/fact.ts'
import type { Item } from './describe.ts'

export interface Observed {
  readonly state: unknown
  readonly asked: ReadonlySet<string>
}

export const observeItem = async ({ declaration }: Item, read: Read): Promise<Observed> => {
  const asked = new Set<string>()
  const state = await declaration.resource.observe(declaration.spec, (fact, query) => {
    asked.add(topicKey({ fact: fact.name, query }))
    return read(fact, query)
  })
  return { state, asked }
}
