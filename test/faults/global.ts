import { forgetFindings, table } from './support/report.ts'

/** The table of everything that was injected, when all of it has been measured: once for all projects of a run. */
export const setup = forgetFindings

export const teardown = (): void => {
  const text = table()
  if (text) process.stderr.write(`\n${text}\n`)
  forgetFindings()
}
