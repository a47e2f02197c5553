import type { Effect, Topic } from './fact.ts'

/** What a step may change: everything unless it says otherwise. */
export type Touches = 'everything' | readonly Topic[]

interface StepBase {
  /** Says the action in the imperative: `install nginx`. Shown while it runs and when it fails. */
  readonly title: string
  /** Answers this step is known to bring about; planning goes on from them. */
  readonly effects: readonly Effect[]
  readonly touches: Touches
  /** Its effects are all of it that a description notices, so that a preview may rely on them. It is looked at again all the same. */
  readonly foretold?: true
  /** Runs apart from the connection, as a transient unit. */
  readonly detached?: true
  /** Could cut the way in: reverts itself on the host unless confirmed over a new connection. */
  readonly guard?: true
}

/** A script run as root. `args` arrive as `"$@"`, so values never become code. */
export interface Script extends StepBase {
  readonly does: 'run'
  readonly script: string
  readonly args: readonly string[]
  /** Neighbouring steps with the same script and this mark become one, with all their arguments. */
  readonly merge?: true
  /** Seconds until the step is given up. Default: no limit of its own. */
  readonly timeout?: number
}

/** Content put at a path: written aside, synced, renamed. */
export interface Place extends StepBase {
  readonly does: 'place'
  readonly path: string
  readonly content: string
  readonly owner: string
  readonly group: string
  /** Octal digits, `0644`. */
  readonly mode: string
  /**
   * SHA-256 of the content that the plan saw, or the type of what else was there, null for nothing; a mismatch at the
   * moment of writing fails the step.
   */
  readonly relies: string | null
}

/** A symbolic link put at a path, root's: made aside, renamed. */
export interface Link extends StepBase {
  readonly does: 'link'
  readonly path: string
  /** Word for word. */
  readonly target: string
  /** As of a `Place`. */
  readonly relies: string | null
}

/** A file taken away, or given back as it was before Fettle. */
export interface Unplace extends StepBase {
  readonly does: 'unplace'
  readonly path: string
  readonly relies: string
  /** Puts back what Fettle replaced, where it kept a copy. */
  readonly restore: boolean
}

export type Step = Script | Place | Link | Unplace

type ScriptOptions = Partial<
  Pick<Script, 'args' | 'effects' | 'touches' | 'merge' | 'foretold' | 'detached' | 'guard' | 'timeout'>
>

export const script = (title: string, body: string, options: ScriptOptions = {}): Script => ({
  does: 'run',
  title,
  script: body,
  args: [],
  effects: [],
  touches: 'everything',
  ...options,
})
