import { spawn } from 'node:child_process'
import { program, refuseStack, surroundings } from './run.ts'

/** A command in a terminal of its own. */
export interface Session {
  /** Everything that the terminal was sent until now, as it was sent. */
  said(): string
  type(keys: string): void
  readonly ended: Promise<{ readonly exit: number; readonly said: string }>
}

export interface Window {
  readonly columns: number
  readonly rows: number
}

/**
 * Runs the bundled command in a pseudo-terminal that `script` provides. After it, the terminal's settings are said:
 * a terminal that was left in order says `sane`.
 */
export const openSession = (
  folder: string,
  args: readonly string[],
  { columns, rows }: Window = { columns: 100, rows: 30 },
  more: Readonly<Record<string, string>> = {},
): Session => {
  const quoted = [process.execPath, program, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
  const script = `trap : INT; stty cols ${columns} rows ${rows}; before=$(stty -g); ${quoted}; status=$?; [ "$(stty -g)" = "$before" ] && echo sane; exit $status`
  const child = spawn('script', ['--quiet', '--return', '--echo', 'never', '--command', script, '/dev/null'], {
    cwd: folder,
    env: { ...surroundings(folder), TERM: 'xterm-256color', SHELL: '/bin/sh', ...more },
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const ended = new Promise<{ exit: number; said: string }>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exit) => resolve({ exit: exit ?? -1, said }))
  }).then((end) => {
    refuseStack(end.said)
    return end
  })
  return { said: () => said, type: (keys) => void child.stdin.write(keys), ended }
}

/** What is left to read when colours and cursor movements are gone. */
export const plain = (said: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken away
  said.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '').replaceAll('\r\n', '\n')
