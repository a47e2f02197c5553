import type { Socket } from 'node:net'
import { FettleError } from '../engine/core/error.ts'
import type { Aside } from './aside.ts'
import { interruption } from './interruption.ts'

const cancelled = () => new FettleError({ code: 'cancelled', message: 'interrupted before anything was changed' })

/** Errors: `usage` where there is nobody to ask. */
const prompts = async (instead: string) => {
  if (process.stdin.isTTY) return import('@clack/prompts')
  throw new FettleError({
    code: 'usage',
    message: 'this needs an answer, and there is no terminal to ask on',
    hint: instead,
  })
}

type Prompt = { readonly output: NodeJS.WriteStream; readonly signal: AbortSignal }

/**
 * Asked on standard error, so that output stays clean. Ctrl-C is no answer; once there is one, it is not the question's
 * any more.
 */
const answerTo = async <Answer>(ask: (prompt: Prompt) => Promise<Answer>): Promise<Exclude<Answer, symbol>> => {
  const controller = new AbortController()
  const stop = () => controller.abort()
  interruption().addEventListener('abort', stop)
  const answer = await ask({ output: process.stderr, signal: controller.signal })
  interruption().removeEventListener('abort', stop)
  if (typeof answer === 'symbol') throw cancelled()
  return answer as Exclude<Answer, symbol>
}

/** Errors: `usage` where there is nobody to ask, `cancelled`. */
export const askYes = async (message: string, instead: string): Promise<boolean> => {
  const { confirm } = await prompts(instead)
  return answerTo((prompt) => confirm({ message, initialValue: false, ...prompt }))
}

/** Errors: `usage` where there is nobody to ask, `cancelled`. */
export const askText = async (message: string, instead: string): Promise<string> => {
  const { text } = await prompts(instead)
  return (await answerTo((prompt) => text({ message, ...prompt }))) ?? ''
}

/** Not shown while it is typed. Without a terminal it is the next line of standard input. Errors: `usage`, `cancelled`. */
export const askSecret = async (what: string): Promise<string> => {
  if (!process.stdin.isTTY) return nextLine(what)
  const { password } = await import('@clack/prompts')
  return (await answerTo((prompt) => password({ message: what, ...prompt }))) ?? ''
}

/** Asked twice. Errors: `usage`, `cancelled`. */
export const askNewPassphrase = async (file: string): Promise<string> => {
  const passphrase = await askSecret(`new passphrase of ${file}`)
  if (passphrase === '') throw new FettleError({ code: 'usage', message: 'the passphrase is empty' })
  if ((await askSecret('the same again')) === passphrase) return passphrase
  throw new FettleError({ code: 'usage', message: 'the two passphrases are not the same' })
}

/** The passphrase of a file, asked for beside whatever runs, once for each file. Errors: as of `askSecret`. */
export const passphrasesOf = (aside: Aside): ((file: string) => Promise<string>) => {
  const answers = new Map<string, Promise<string>>()
  return (file) => {
    const answer = answers.get(file) ?? aside(() => askSecret(`passphrase of ${file}`))
    answers.set(file, answer)
    return answer
  }
}

let lines: AsyncIterator<string> | undefined

const linesOf = async (input: NodeJS.ReadableStream): Promise<AsyncIterator<string>> => {
  const { createInterface } = await import('node:readline')
  return createInterface({ input })[Symbol.asyncIterator]()
}

/** An open pipe does not keep the process alive once its line has come. */
const nextLine = async (what: string): Promise<string> => {
  const stdin: Partial<Pick<Socket, 'ref' | 'unref'>> = process.stdin
  lines ??= await linesOf(process.stdin)
  stdin.ref?.()
  const { value, done } = await lines.next()
  stdin.unref?.()
  if (!done) return value
  throw new FettleError({
    code: 'usage',
    message: `the ${what} was expected on standard input`,
    hint: 'without a terminal it is read from there, one line for each password',
  })
}
