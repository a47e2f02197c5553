import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { byCase, byFile, extentOf } from './extent.ts'

/**
 * Usage: test.ts [vitest arguments], or test.ts --all [--shard K/N]. Checks the source, runs the tests, and counts them in
 * one last line. With --all every fault and every boundary is tried, not only what stands for its kind.
 */
const resultsOf = (part: string): string => `.fettle/test-results-${part}.json`

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  /** Files that could not even be loaded fail without a failed test. */
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[]
}

interface Count {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

const runs = (file: string, args: readonly string[], env: Record<string, string> = {}): Promise<boolean> =>
  execa(file, args, { stdio: 'inherit', preferLocal: true, reject: false, env }).then(({ exitCode }) => exitCode === 0)

const counted = (part: string): Count => {
  const report = JSON.parse(readFileSync(resultsOf(part), 'utf8')) as Report
  const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests,
  }
}

/** A run that fails beyond its tests, by what it leaves behind say, counts as one more failure. */
const tests = async (part: string, args: readonly string[], env?: Record<string, string>): Promise<Count> => {
  rmSync(resultsOf(part), { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${resultsOf(part)}`]
  const passed = await runs('vitest', ['run', ...reporters, ...args], env)
  const count = counted(part)
  return passed || count.failed > 0 ? count : { ...count, failed: 1 }
}

const projects = (names: readonly string[]) => names.map((name) => `--project=${name}`)

const everything = async (args: readonly string[]): Promise<Count[]> => {
  const { shard } = parseArgs({ args: [...args], options: { shard: { type: 'string', default: '1/1' } } }).values
  const extent = extentOf(true, shard)
  // Those of databases take minutes each: shared out among themselves, a shard has one or two of them.
  const several = byFile.filter((name) => name !== 'db')
  const first = await tests('files', [...projects(several), `--shard=${shard}`], extent)
  // In turn: beside each other they take each other's time on a slow machine, and fail of it.
  const databases = await tests('db', [...projects(['db']), `--shard=${shard}`], extent)
  return [first, databases, await tests('cases', projects(byCase), extent)]
}

mkdirSync('.fettle', { recursive: true })
const checked = await runs('npm', ['run', '--silent', 'check'])
const [, , first, ...rest] = process.argv
const counts = first === '--all' ? await everything(rest) : [await tests('all', process.argv.slice(2))]
const sum = (part: keyof Count) => counts.reduce((total, count) => total + count[part], 0)
const failed = sum('failed') + (checked ? 0 : 1)
const skipped = sum('skipped')
process.stdout.write(`${sum('passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`)
process.exitCode = failed === 0 ? 0 : 1
