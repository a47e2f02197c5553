import type { Effect, Topic } from './fact.ts'
import { isSecret, type Text } from './secret.ts'

/** What a step may change: everything unless it says otherwise. */
export type Touches = 'everything' | readonly Topic[]

/** How a change that could cut the way in is taken back on the host, and how it must prove that it did not. */
export interface Guard {
  /**
   * POSIX sh, run as root on the host once the former files are back and the units that had reacted have reacted
   * again. Default: nothing more is to be undone.
   */
  readonly undo?: string
  /** The port through which the way in must prove itself. Default: the one it came through. */
  readonly port?: number
  /** It may change addresses or routes, perhaps a moment later: the way in is tried once they stand still. */
  readonly network?: true
}

interface StepBase {
  /** Says the action in the imperative: `install nginx`. Shown while it runs and when it fails. */
  readonly title: string
  /** Answers this step is known to bring about; planning goes on from them. */
  readonly effects: readonly Effect[]
  readonly touches: Touches
  /** Its effects are all of it that a description notices, so that a preview may rely on them. It is looked at again all the same. */
  readonly foretold?: true
  /** Runs apart from the connection, as a unit of its own: it ends by itself, and the next run learns how. */
  readonly detached?: true
  /** Cannot be taken back: done only once all that is guarded has been confirmed. */
  readonly irrevocable?: true
  /** Could cut the way in: the host takes it back by itself unless it is confirmed over a new connection. */
  readonly guard?: Guard
}

/**
 * A script run as root. `args` arrive as `"$@"`, so values never become code. What is secret among them goes no further
 * than to the shell's own `printf`: other programs show their arguments to everybody.
 */
export interface Script extends StepBase {
  readonly does: 'run'
  readonly script: string
  readonly args: readonly Text[]
  /** Neighbouring steps with the same script and this mark become one, with all their arguments. */
  readonly merge?: true
  /** Must not be done twice: where it was cut short in the middle, a person has to look first. */
  readonly once?: true
  /** Seconds until the step is given up. Default: no limit of its own. */
  readonly timeout?: number
}

/** Content put at a path: written aside, synced, renamed. */
export interface Place extends StepBase {
  readonly does: 'place'
  readonly path: string
  readonly content: Text
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
  /** As of a `Place`; `-` for nothing. */
  readonly relies: string
  /** Puts back what Fettle replaced, where it kept a copy. */
  readonly restore: boolean
  /** Puts back this one of the versions that the host keeps, which has this SHA-256 or is a `symlink`. */
  readonly generation?: { readonly number: number; readonly sum: string }
}

export type Step = Script | Place | Link | Unplace

type ScriptOptions = Partial<
  Pick<
    Script,
    'args' | 'effects' | 'touches' | 'merge' | 'foretold' | 'detached' | 'guard' | 'irrevocable' | 'once' | 'timeout'
  >
>

export const script = (title: string, body: string, options: ScriptOptions = {}): Script => {
  if (options.detached && options.args?.some(isSecret))
    throw new RangeError(`${title}: what outlives the connection is written down, and so takes no secrets`)
  return { does: 'run', title, script: body, args: [], effects: [], touches: 'everything', ...options }
}
