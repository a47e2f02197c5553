import type { FettleError } from '../engine/core/error.ts'
import { withQuestions } from './aside.ts'
import { masked } from './masking.ts'
import type { SiteOptions } from './options.ts'
import type { Look } from './render/look.ts'
import { say } from './write.ts'

/** NO_COLOR and FORCE_COLOR have their say before the terminal has. */
const colorOn = (stream: NodeJS.WriteStream): boolean => {
  if (process.env.NO_COLOR) return false
  if (process.env.FORCE_COLOR) return process.env.FORCE_COLOR !== '0'
  return stream.isTTY === true && process.env.TERM !== 'dumb'
}

const columnsOf = (stream: NodeJS.WriteStream): number =>
  stream.isTTY ? stream.columns || 80 : Number.POSITIVE_INFINITY

/** The reader of events that fits where the output goes. */
export const openRenderer = async ({ json, verbose }: Pick<SiteOptions, 'json' | 'verbose'>) => {
  const { createRenderer } = await import('./render/create-renderer.ts')
  const { stdout, stderr } = process
  const renderer = createRenderer({
    mode: json ? 'json' : stdout.isTTY ? 'terminal' : 'plain',
    stdout,
    stderr,
    columns: () => columnsOf(stdout),
    rows: () => stdout.rows || 24,
    color: colorOn(stdout),
    verbose,
  })
  return withQuestions({
    ...renderer,
    emit: (event) => renderer.emit(masked(event)),
    showPlan: (plans) => renderer.showPlan(masked(plans)),
  })
}

/** How text for a stream is to be written. */
export const lookOf = (stream: NodeJS.WriteStream, verbose: number): Look => ({
  columns: columnsOf(stream),
  color: colorOn(stream),
  verbose,
})

/** Shows what is wrong in the user's world, every place of it, on standard error. */
export const showProblem = async (error: FettleError): Promise<void> => {
  const { problemText } = await import('./render/problem-text.ts')
  const look = lookOf(process.stderr, 0)
  const texts = masked(error.problems).map((problem) => problemText(problem, look))
  say(texts.join('\n\n'))
}
