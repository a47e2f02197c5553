import type { Alias, Node } from 'yaml'

/** What a file is read as; also the first half of its error codes. */
export type Kind = 'site' | 'inventory'

/** One of the user's YAML files: its value, and what is needed to find where a part of it was said. */
export interface Source {
  readonly kind: Kind
  readonly file: string
  readonly text: string
  readonly root: Node | null
  readonly value: unknown
  /** It was encrypted: its lines are not shown. */
  readonly sealed?: true
  readonly anchors: ReadonlyMap<Alias, Node>
  /** Keys that were not text, by the mapping that has them: `on:`, `010:`. */
  readonly oddKeys: ReadonlyMap<object, ReadonlySet<string>>
}
