import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FettleError } from '../engine/core/error.ts'
import { entryOutcomeOf } from '../engine/rollout/outcome.ts'
import { exitCode } from './exit-codes.ts'
import { masked } from './masking.ts'
import { showProblem } from './output.ts'
import { say } from './write.ts'

/** A coded error is the user's world; anything else is a bug of ours. */
export const reportError = async (error: unknown): Promise<number> => {
  if (!(error instanceof FettleError)) return reportBug(error)
  await showProblem(error)
  if (error.code === 'usage') return exitCode.usage
  const outcome = entryOutcomeOf(error.problems[0])
  if (outcome === 'cancelled') return exitCode.interrupted
  return outcome === 'unreachable' ? exitCode.unreachable : exitCode.error
}

const reportBug = (error: unknown): number => {
  const stack = masked(error instanceof Error ? (error.stack ?? error.message) : String(error))
  const file = join(tmpdir(), `fettle-bug-${process.pid}-${Date.now()}.txt`)
  const about = `fettle ${commandWithoutValues()}\nnode ${process.version} ${process.platform}\n\n${stack}\n`
  writeFileSync(file, about, { mode: 0o600, flag: 'wx' })
  say(`This is a bug in Fettle, not in your site. Please report it with ${file}\n\n${stack}`)
  return exitCode.error
}

/** What was set may be secret. */
const commandWithoutValues = (): string =>
  process.argv
    .slice(2)
    .map((word, index, words) =>
      /^--set\b/.test(word) || words[index - 1] === '--set' ? word.replace(/(?<=[^-]=).*/s, '...') : word,
    )
    .join(' ')
