import { Command, CommanderError } from 'commander'
import about from '../package.json' with { type: 'json' }
import { registerCommands } from './commands.ts'
import { exitCode } from './exit-codes.ts'
import { reportError } from './report-error.ts'

const program = new Command('fettle')
  .description('Brings a website’s Debian and Ubuntu machines into their described state, and keeps them there.')
  .version(about.version)
  .showHelpAfterError('(fettle --help shows what there is)')
  .exitOverride()

registerCommands(program)

/** `| head` closed the pipe: nobody reads on, which is not an error. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode =
    error instanceof CommanderError ? (error.exitCode === 0 ? exitCode.done : exitCode.usage) : await reportError(error)
}
