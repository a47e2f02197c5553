import { forgetRows, table } from './support/report.ts'

/** The table of everything that was measured, when all of it has been. */
export const setup = forgetRows

export const teardown = (): void => {
  const text = table()
  if (text) process.stderr.write(`\n${text}\n`)
}
