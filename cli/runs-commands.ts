import type { Command } from 'commander'
import { keep, verbosely, whole } from './options.ts'

/** The tree of `fettle runs`. */
export const registerRuns = (program: Command): void => {
  const runs = program
    .command('runs')
    .description('which runs there were: when, by whom, where, and what they came to')
    .option('--limit <number>', 'so many of the newest', whole, 20)
    .option('--host <name>', 'only runs for this host')
    .option('--json', 'one JSON object per line')
    .helpCommand('help [command]', 'show how one is used')
    .action(async (options) => (await import('./runs.ts')).runs(options))

  verbosely(runs.command('show <run>'))
    .description('one run: who, with which revision, what was changed where; the start of its name is enough')
    .option('--json', 'as one JSON object')
    .action(async (run, options) => (await import('./runs.ts')).showRun(run, options))

  runs
    .command('export <run>')
    .description('one run as a page that needs nothing else')
    .requiredOption('--html <file>', 'where to write it')
    .action(async (run, options) => (await import('./runs.ts')).exportRun(run, options))

  runs
    .command('prune')
    .description('forget old runs, with their journals; never the newest of an environment, nor the last good one')
    .requiredOption('--keep <time or number>', 'runs of so many days (90d), or so many runs (500)', keep)
    .option('-y, --yes', 'do not ask')
    .action(async (options) => (await import('./runs.ts')).prune(options))

  runs
    .command('rebuild')
    .description('make the memory in the site’s folder anew from the journals, where it is damaged')
    .action(async () => (await import('./runs.ts')).rebuild())
}
