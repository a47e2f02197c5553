import { execa } from 'execa'
import { FettleError } from '../core/error.ts'

export interface RunRequest {
  readonly input?: string
  readonly signal?: AbortSignal | undefined
  /** What the user can do when it fails. */
  readonly hint?: string
}

const tail = (text: string, lines: number): string => text.trimEnd().split('\n').slice(-lines).join('\n')

/** Runs a tool of this machine and returns its stdout. Errors: `lab.failed` with the end of its stderr, `cancelled`. */
export const run = async (argv: readonly [string, ...string[]], request: RunRequest = {}): Promise<string> => {
  const [file, ...args] = argv
  const result = await execa(file, args, {
    reject: false,
    input: request.input ?? '',
    env: { LC_ALL: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive' },
    ...(request.signal && { cancelSignal: request.signal }),
  })
  if (result.isCanceled) throw new FettleError({ code: 'cancelled', message: `${file} was interrupted` })
  if (!result.failed) return result.stdout
  throw new FettleError({
    code: 'lab.failed',
    message: `${file} failed on this machine`,
    detail: tail(result.stderr || result.stdout || (result.shortMessage ?? ''), 15),
    ...(request.hint !== undefined && { hint: request.hint }),
  })
}
