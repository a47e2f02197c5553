/** One piece of output for people or programs; ends with exactly one newline. */
export const write = (text: string): void => {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
}

/** What is not output: progress, questions, advice. */
export const say = (text: string): void => {
  process.stderr.write(text.endsWith('\n') ? text : `${text}\n`)
}
