import { FettleError } from '../core/error.ts'
import type { Outcome, RunOptions, Session } from '../core/ports.ts'

/** What a host would say to a script. Left out: exit 0, and nothing on either stream. */
export type Answer = Partial<Outcome>

/** The first row whose `when` is in the script, or matches it, gives the answer. */
export interface Row {
  readonly when: string | RegExp
  readonly answer: Answer
}

export type Answers =
  | readonly Row[]
  | ((script: string, options: RunOptions) => Answer | undefined | Promise<Answer | undefined>)

export interface Recording extends Session {
  /** All scripts so far, in order. */
  readonly scripts: readonly string[]
}

/**
 * A session that runs nothing, but remembers what it was told to run: the dry run, and the test double.
 * A script without an answer is an error, so that nothing is taken for done by accident.
 */
export const recording = (answers: Answers): Recording => {
  const scripts: string[] = []
  let queue: Promise<unknown> = Promise.resolve()
  let open = true
  const perform = async (script: string, options: RunOptions): Promise<Outcome> => {
    if (!open || options.signal?.aborted)
      throw new FettleError({ code: 'cancelled', message: 'the recording was closed' })
    scripts.push(script)
    const answer = await (typeof answers === 'function' ? answers(script, options) : lookUp(answers, script))
    if (!answer) throw new Error(`the recording has no answer to this script:\n${script}`)
    const outcome = { exit: 0, stdout: '', stderr: '', duration: 0, ...answer }
    if (options.onLine) for (const line of linesOf(outcome.stdout)) options.onLine(line)
    return outcome
  }
  return {
    scripts,
    run: (script, options = {}) => {
      const turn = queue.then(() => perform(script, options))
      queue = turn.catch(() => undefined)
      return turn
    },
    feed: async (script, bytes) => {
      for await (const _ of bytes);
      return perform(script, {})
    },
    close: async () => {
      open = false
    },
  }
}

const lookUp = (rows: readonly Row[], script: string): Answer | undefined =>
  rows.find(({ when }) => (typeof when === 'string' ? script.includes(when) : when.test(script)))?.answer

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))
