/** A problem as it was shown to the user. */
export interface ShownProblem {
  readonly code: string
  readonly host?: string
  readonly message: string
  /** `file:line:column` */
  readonly at?: string
  /** The line of the code frame that is meant, and what the caret stands under. */
  readonly line?: string
  readonly hint?: string
  readonly detail?: string
}

/** The problems in what a command said when nobody was at a terminal. */
export const problemsIn = (said: string): ShownProblem[] =>
  said
    .split(/^(?=error\[)/m)
    .filter((part) => part.startsWith('error['))
    .map(readProblem)

const readProblem = (text: string): ShownProblem => {
  const [, code = '', host, message = ''] = /^error\[([\w.]+)\](?: on (\S+))?: (.*)$/m.exec(text) ?? []
  const lines = text.split('\n')
  const found = {
    host,
    at: lines.flatMap((line) => /^ {2}at (.*)$/.exec(line)?.[1] ?? [])[0],
    line: lines.flatMap((line) => /^ {2}> +\d+ \| (.*)$/.exec(line)?.[1] ?? [])[0],
    hint: /^ {2}hint: (.*(?:\n {8}\S.*)*)/m.exec(text)?.[1]?.replaceAll(/\n +/g, '\n'),
    detail: lines.flatMap((line) => /^ {2}\| (.*)$/.exec(line)?.[1] ?? []).join('\n') || undefined,
  }
  const present = Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
  return { code, message, ...present }
}
