import { Command, CommanderError } from 'commander'
import about from '../package.json' with { type: 'json' }
import { registerCommands } from './commands.ts'
import { exitCode } from './exit-codes.ts'
import { reportError } from './report-error.ts'
import { usageError } from './usage.ts'

const ends = `
Exit status: 0 done or nothing to do    3 some hosts failed
             1 error                    4 some hosts unreachable
             2 changes pending          64 wrong usage, 130 interrupted`

const program = new Command('fettle')
  .description('Brings a website’s Debian and Ubuntu machines into their described state, and keeps them there.')
  .version(about.version, '-V, --version', 'show the version')
  .helpOption('-h, --help', 'show what there is')
  .addHelpText('after', ends)
  .enablePositionalOptions()
  .configureOutput({ outputError: () => {} })
  .exitOverride()

registerCommands(program)
program.helpCommand('help [command]', 'show what there is, or how a command is used')

/** `| head` closed the pipe: nobody reads on, which is not an error. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

/** Node 20.19 calls experimental what opens secrets, at every command: nobody can do anything about it. */
const warn = process.emitWarning.bind(process) as (...args: readonly unknown[]) => void
process.emitWarning = (...args: readonly unknown[]) => {
  if (args[1] !== 'ExperimentalWarning') warn(...args)
}

/** Help that was asked for is no error; help that stands in for a missing command is. */
const exitCodeAfter = (error: unknown): number | Promise<number> => {
  if (!(error instanceof CommanderError)) return reportError(error)
  if (error.exitCode === 0) return exitCode.done
  if (error.code === 'commander.help') return exitCode.usage
  return reportError(usageError(error, program, process.argv.slice(2)))
}

const run = async (): Promise<void> => {
  try {
    await program.parseAsync()
  } catch (error) {
    process.exitCode = await exitCodeAfter(error)
  }
}

void run()
