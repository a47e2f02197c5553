import { type Effect, effect, topic } from '../../engine/core/fact.ts'
import { sha256 } from '../../engine/core/hash.ts'
import type { Plan } from '../../engine/core/plan.ts'
import type { Declaration } from '../../engine/core/resource.ts'
import { type Place, type Script, script, type Unplace } from '../../engine/core/step.ts'
import { type PathAnswer, path } from '../../engine/facts/path.ts'
import { text } from '../../engine/facts/text.ts'
import { unitsRead } from '../../engine/facts/units.ts'
import { makeDirectory } from '../../engine/resources/directory.ts'

/** What is described, what the host answers, and exactly what is to be done about it. */
export interface Case {
  readonly declare: Declaration
  /** Every question that is asked, and no other. */
  readonly answers: readonly Effect[]
  readonly plan: Plan
  /** Why its known effects do not tell that it will be in order. */
  readonly unforeseen?: string
}

/** The time of what a step will change. */
export const later = Number.POSITIVE_INFINITY

const root = { owner: 'root', group: 'root' }

export const absent: PathAnswer = { type: 'absent' }

export const rootFile = (content: string, changedAt = 1) => ({
  type: 'file' as const,
  size: Buffer.byteLength(content),
  sha256: sha256(content),
  mode: '0644',
  changedAt,
  ...root,
})

export const rootDirectory = { type: 'directory' as const, mode: '0755', changedAt: 1, ...root }

export const placed = (at: string, content: string, relies: string | null): Place => ({
  does: 'place',
  title: `write ${at}`,
  path: at,
  content,
  ...root,
  mode: '0644',
  relies,
  effects: [effect(path, at, rootFile(content, later)), effect(text, at, content)],
  touches: [topic(path, at), topic(text, at)],
})

export const unplaced = (at: string, relies: string): Unplace => ({
  does: 'unplace',
  title: `remove ${at}`,
  path: at,
  relies,
  restore: false,
  effects: [effect(path, at, absent)],
  touches: [topic(path, at), topic(text, at)],
})

export const makeFolder = (at: string): Script =>
  script(`make directory ${at}`, makeDirectory, {
    args: [at, 'root:root', '0755'],
    effects: [effect(path, at, { ...rootDirectory, changedAt: later })],
    touches: [topic(path, at)],
  })

/** What enabling and disabling brings along. */
export const unitsReadAgain = effect(unitsRead, null, true)
