import { execFile } from 'node:child_process'
import type { Message } from './message.ts'

/** Milliseconds. */
const deadline = 30_000

/** Runs a command of this machine in the site's folder, and gives it the event as JSON. Errors: where it fails. */
export const runCommand = (argv: readonly string[], folder: string, { event }: Message): Promise<void> =>
  new Promise((done, fail) => {
    const [program = '', ...args] = argv
    const child = execFile(program, args, { cwd: folder, timeout: deadline }, (error, _, stderr) => {
      if (!error) return done()
      const why = error.killed
        ? `it took longer than ${deadline / 1000} s`
        : `it ended with ${error.code ?? error.signal}`
      fail(new Error([why, stderr.trim()].filter(Boolean).join(': ')))
    })
    // One that does not read has its reasons.
    child.stdin?.on('error', () => {})
    child.stdin?.end(`${JSON.stringify(event)}\n`)
  })
