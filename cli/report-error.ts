import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FettleError } from '../engine/core/error.ts'
import { exitCode } from './exit-codes.ts'
import { showProblem } from './output.ts'
import { say } from './write.ts'

/** A coded error is the user's world; anything else is a bug of ours. */
export const reportError = async (error: unknown): Promise<number> => {
  if (!(error instanceof FettleError)) return reportBug(error)
  await showProblem(error)
  if (error.code === 'usage') return exitCode.usage
  return error.code === 'cancelled' ? exitCode.interrupted : exitCode.error
}

const reportBug = (error: unknown): number => {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const file = join(tmpdir(), `fettle-bug-${process.pid}-${Date.now()}.txt`)
  const about = `fettle ${process.argv.slice(2).join(' ')}\nnode ${process.version} ${process.platform}\n\n${stack}\n`
  writeFileSync(file, about, { mode: 0o600, flag: 'wx' })
  say(`This is a bug in Fettle, not in your site. Please report it with ${file}\n\n${stack}`)
  return exitCode.error
}
