import { describe, expect, test } from 'vitest'
import { problemsIn } from './support/problems.ts'
import { makeSite, silentFiles } from './support/site.ts'

const site = makeSite(silentFiles)

/** Refused as wrong usage: said on standard error in one problem, with what to do. */
const refusal = async (args: readonly string[]) => {
  const { exit, stdout, stderr } = await site.fettle(...args)
  return { exit, stdout, problems: problemsIn(stderr) }
}

const usage = (message: string, hint: string) => ({
  exit: 64,
  stdout: '',
  problems: [{ code: 'usage', message, hint }],
})

describe('words that mean nothing', () => {
  test.each([
    ['an unknown command', 'frobnicate', 'unknown command "frobnicate"', 'fettle --help shows what there is'],
    ['a mistyped command', 'provison', 'unknown command "provison"', 'did you mean "provision"?'],
    ['a mistyped command of a group', 'lab freze', 'unknown command "freze"', 'did you mean "freeze"?'],
    ['an unknown option', 'plan --bogus', 'unknown option "--bogus"', 'fettle plan --help shows what there is'],
    ['a mistyped option', 'plan --limt web1', 'unknown option "--limt"', 'did you mean "--limit"?'],
    ['a missing argument', 'facts', 'missing required argument "host"', 'fettle facts --help shows what there is'],
    [
      'too many arguments',
      'plan web1',
      'too many arguments for "plan". Expected 0 arguments but got 1',
      'fettle plan --help shows what there is',
    ],
    [
      'a missing value',
      'plan --limit',
      'option "-l, --limit <pattern>" argument missing',
      'fettle plan --help shows what there is',
    ],
    [
      'no number of hosts',
      'plan --forks many',
      'option "--forks <number>" argument "many" is invalid. It must be a whole number above 0',
      'fettle plan --help shows what there is',
    ],
    [
      'not even one host at once',
      'plan --forks 0',
      'option "--forks <number>" argument "0" is invalid. It must be a whole number above 0',
      'fettle plan --help shows what there is',
    ],
    [
      'no number of seconds',
      'exec --timeout soon -- true',
      'option "--timeout <seconds>" argument "soon" is invalid. It must be a number of seconds above 0',
      'fettle exec --help shows what there is',
    ],
    [
      'a limit behind the command',
      'exec reboot -l web1',
      '-l stands behind the command',
      "options of Fettle stand before it; where -l is the command's, write -- before the command",
    ],
    [
      'a setting without a value',
      'plan --set nginx.gzip',
      '--set nginx.gzip is not ROLE.SETTING=VALUE',
      expect.stringContaining('for example: --set '),
    ],
    [
      'a setting that the host does not have',
      'inventory explain web1 nginx.gzipp',
      'unknown setting nginx.gzipp',
      'did you mean "gzip"?',
    ],
  ])('%s: fettle %s', async (_, line, message, hint) => {
    expect(await refusal(line.split(' '))).toEqual(usage(message, hint))
  })
})

describe('help', () => {
  test.each([[['--help']], [['help']]])('fettle %s is asked for, and goes to standard output', async (args) => {
    const { exit, stdout, stderr } = await site.fettle(...args)
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    expect(stdout).toContain('Exit status: 0 done or nothing to do')
    for (const name of ['plan', 'provision', 'facts', 'exec', 'ssh', 'inventory', 'roles', 'lab'])
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'))
  })

  test.each([[[]], [['lab']]])('without a command, fettle %s says what there is and fails', async (args) => {
    const { exit, stdout, stderr } = await site.fettle(...args)
    expect({ exit, stdout }).toEqual({ exit: 64, stdout: '' })
    expect(stderr).toContain('Usage: fettle')
  })

  test.each(['plan', 'provision', 'facts', 'exec'])('fettle %s takes what is promised everywhere', async (name) => {
    const { stdout } = await site.fettle('help', name)
    for (const option of ['-i, --inventory', '-l, --limit', '--set', '--forks', '--json', '-v, --verbose'])
      expect(stdout).toContain(`  ${option} `)
    expect(stdout).not.toContain('default: []')
  })

  test('every line fits 80 columns', async () => {
    for (const args of [['--help'], ['help', 'provision'], ['help', 'inventory'], ['help', 'lab'], ['help', 'exec']]) {
      const { stdout } = await site.fettle(...args)
      expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
    }
  })

  test('the version is that of the package', async () => {
    const { default: about } = await import('../../package.json', { with: { type: 'json' } })
    expect(await site.fettle('--version')).toEqual({ exit: 0, stdout: `${about.version}\n`, stderr: '' })
  })
})
