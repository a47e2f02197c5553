import { masked } from './masking.ts'

const withLineEnd = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`)

/** One piece of output for people or programs, without secrets; ends with exactly one newline. */
export const write = (text: string): void => {
  process.stdout.write(withLineEnd(masked(text)))
}

/** What is not output: progress, questions, advice. */
export const say = (text: string): void => {
  process.stderr.write(withLineEnd(masked(text)))
}

/** For the one command that shows a secret. */
export const writeSecret = (text: string): void => {
  process.stdout.write(withLineEnd(text))
}
