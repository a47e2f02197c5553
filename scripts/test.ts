import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { execa } from 'execa'

/** Usage: test.ts [vitest arguments]. Checks the source, runs the tests, and counts them in one last line. */
const results = '.fettle/test-results.json'

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  /** Files that could not even be loaded fail without a failed test. */
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[]
}

const runs = (file: string, args: readonly string[]): Promise<boolean> =>
  execa(file, args, { stdio: 'inherit', preferLocal: true, reject: false }).then(({ exitCode }) => exitCode === 0)

const count = (): { passed: number; failed: number; skipped: number } => {
  const report = JSON.parse(readFileSync(results, 'utf8')) as Report
  const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests,
  }
}

mkdirSync('.fettle', { recursive: true })
rmSync(results, { force: true })
const checked = await runs('npm', ['run', '--silent', 'check'])
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`]
const passed = await runs('vitest', ['run', ...reporters, ...process.argv.slice(2)])
const { passed: good, failed, skipped } = count()
const bad = failed + (checked ? 0 : 1)
process.stdout.write(`${good} passed, ${bad} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`)
process.exitCode = passed && checked && bad === 0 ? 0 : 1
