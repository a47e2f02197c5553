import { FettleError } from '../engine/core/error.ts'

const cancelled = () => new FettleError({ code: 'cancelled', message: 'cancelled' })

/** Errors: `usage` where there is nobody to ask. */
const prompts = async (instead: string) => {
  if (process.stdin.isTTY) return import('@clack/prompts')
  throw new FettleError({
    code: 'usage',
    message: 'this needs an answer, and there is no terminal to ask on',
    hint: instead,
  })
}

/** Asked on standard error, so that output stays clean. */
export const askYes = async (question: string, instead: string): Promise<boolean> => {
  const { confirm, isCancel } = await prompts(instead)
  const answer = await confirm({ message: question, initialValue: false, output: process.stderr })
  return answer === true && !isCancel(answer)
}

export const askText = async (question: string, instead: string): Promise<string> => {
  const { text, isCancel } = await prompts(instead)
  const answer = await text({ message: question, output: process.stderr })
  return isCancel(answer) ? '' : String(answer)
}

/** Not shown while it is typed. Without a terminal it is the next line of standard input. */
export const askSecret = async (what: string): Promise<string> => {
  if (!process.stdin.isTTY) return nextLine()
  const { password, isCancel } = await import('@clack/prompts')
  const answer = await password({ message: what, output: process.stderr })
  if (isCancel(answer)) throw cancelled()
  return String(answer)
}

let lines: AsyncIterator<string> | undefined

const nextLine = async (): Promise<string> => {
  const { createInterface } = await import('node:readline')
  lines ??= createInterface({ input: process.stdin })[Symbol.asyncIterator]()
  const { value, done } = await lines.next()
  if (done) throw new FettleError({ code: 'usage', message: 'a password was expected on standard input' })
  return value
}
