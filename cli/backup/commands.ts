import { type Command, InvalidArgumentError } from 'commander'
import { duration, withChange, withHostOptions, withIdentity } from '../options.ts'

/** Commands about copies of hosts on backup hosts. */
export const registerBackups = (program: Command): void => {
  const backup = program.command('backup').description('copies of hosts on backup hosts')

  withHostOptions(backup.command('run'))
    .description('copy what must survive the hosts to their backup hosts, now')
    .action(async (options) => (await import('./run.ts')).run(options))

  withIdentity(withHostOptions(backup.command('list')))
    .description('what copies there are')
    .action(async (options) => (await import('./list.ts')).list(options))

  withIdentity(withHostOptions(backup.command('verify')))
    .description('whether repositories are whole, and the newest copies new enough; exit status 3 if not')
    .option('--data <percent>', 'read and compare so much of what was copied', percent, 5)
    .option('--within <time>', 'the newest copy is at most so old: 26h, 8d', duration, 26 * 3_600_000)
    .action(async (options) => (await import('./verify.ts')).verify(options))

  withIdentity(withHostOptions(backup.command('prune')))
    .description('remove copies that need not be kept any longer')
    .action(async (options) => (await import('./prune.ts')).prune(options))

  const restore = program.command('restore').description('bring back what was copied')

  withChange(withIdentity(withHostOptions(restore.command('files <host> <paths...>'))))
    .description('put files and folders of a host back; what is in their place is kept beside them')
    .option('--at <time>', 'as they were then: 2026-11-27T03:00 (default: as of the newest copy)', moment)
    .option('--snapshot <id>', 'from this copy')
    .option('--from <host>', 'from this backup host (default: the first that has it)')
    .option('--into <folder>', 'below this folder instead of where they were')
    .action(async (host, paths, options) => (await import('./restore.ts')).restoreFiles(host, paths, options))
}

const percent = (value: string): number => {
  const number = Number(value)
  if (!(number >= 0 && number <= 100)) throw new InvalidArgumentError('It must be a number from 0 to 100.')
  return number
}

const moment = (value: string): Date => {
  const at = new Date(value)
  if (Number.isNaN(at.getTime()))
    throw new InvalidArgumentError('It must be a time: 2026-11-27T03:00, here, or with a zone.')
  return at
}
