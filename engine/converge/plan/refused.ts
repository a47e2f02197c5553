import { sha256 } from '../../core/hash.ts'
import type { Manifest } from '../state/manifest.ts'
import type { PlannedItem } from './planning.ts'

const unessential: ReadonlySet<string> = new Set(['title', 'effects', 'relies'])

/** The same steps are the same change, whatever they are called and begin from. */
export const changeOf = ({ plan }: PlannedItem): string =>
  sha256(JSON.stringify(plan.steps, (name, value) => (unessential.has(name) ? undefined : value)))

/** The same change was tried before, and was taken back. */
export const wasRefused = (planned: PlannedItem, { refused }: Manifest): boolean =>
  planned.plan.steps.length > 0 && refused.get(planned.item.declaration.key) === changeOf(planned)
