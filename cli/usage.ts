import type { Command, CommanderError } from 'commander'
import { FettleError } from '../engine/core/error.ts'

/** What is wrong with the words of a command line, in the form of all other problems. */
export const usageError = (error: CommanderError, program: Command, words: readonly string[]): FettleError => {
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n')
  const meant = /\(Did you mean (.*)\?\)/.exec(suggestion ?? '')?.[1]
  const help = `${pathOf(commandIn(program, words))} --help shows what there is`
  return new FettleError({
    code: 'usage',
    message: message.replaceAll("'", '"').replace(/\.$/, ''),
    hint: meant ? `did you mean "${meant}"?` : help,
  })
}

/** The innermost command that the words name. */
const commandIn = (program: Command, words: readonly string[]): Command => {
  const [first, ...rest] = words
  const command = program.commands.find((each) => each.name() === first)
  return command ? commandIn(command, rest) : program
}

const pathOf = (command: Command): string => (command.parent ? `${pathOf(command.parent)} ` : '') + command.name()
