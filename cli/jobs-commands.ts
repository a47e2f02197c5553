import type { Command } from 'commander'
import { duration, listening, verbosely, whole } from './options.ts'

/** The trees of `fettle jobs` and `fettle scheduler`. */
export const registerJobs = (program: Command): void => {
  const commands = () => runnable(program)
  program
    .command('scheduler')
    .description('start the jobs of site.yml when they are due, until SIGTERM')
    .option('--grace <time>', 'how long what is under way is waited for at the end', duration, 600_000)
    .option('--lease <time>', 'a scheduler that was not heard of for so long is taken for dead', duration, 60_000)
    .option(
      '--listen <[address:]port>',
      'answer GET /healthz there; the address is 127.0.0.1 unless one is given',
      listening,
    )
    .option('--json', 'one JSON object per line')
    .action(async (options) => (await import('./scheduler.ts')).scheduler(options, commands()))

  const jobs = program
    .command('jobs')
    .description('the jobs of site.yml: when, how they came out last, and when next')
    .option('--json', 'one JSON object per line')
    .helpCommand('help [command]', 'show how one is used')
    .action(async (options) => (await import('./jobs.ts')).jobs(options, commands()))

  jobs
    .command('next [number]')
    .description('the next firings, at most so many (default: 10)')
    .option('--json', 'one JSON object per line')
    .action(async (number, options) => (await import('./jobs.ts')).nextJobs(whole(number ?? '10'), options, commands()))

  jobs
    .command('run <name>')
    .description('run a job now; ends with its exit status')
    .action(async (name) => (await import('./job-by-hand.ts')).runJob(name, commands()))

  verbosely(jobs.command('log [name]'))
    .description('what jobs came to, the newest first; -v with what they said last')
    .option('--limit <number>', 'so many of the newest', whole, 20)
    .option('--json', 'one JSON object per line')
    .action(async (name, options) => (await import('./jobs.ts')).jobLog(name, options, commands()))
}

/** What starts jobs is none, nor what only helps. */
const others = ['scheduler', 'jobs', 'help']

const runnable = (program: Command): readonly string[] =>
  program.commands.map((command) => command.name()).filter((name) => !others.includes(name))
