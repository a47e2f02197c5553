import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { trouble } from './trouble.ts'

/** What was read or said is one line or a text of several; a line is meant without its end. */
export const withoutLineEnd = (text: string): string =>
  /^[^\n]*\n$/.test(text) ? text.slice(0, -1).replace(/\r$/, '') : text

export const fromEnvironment = (name: string): string => {
  const value = process.env[name]
  if (value) return value
  throw trouble('secret.missing', `the environment has no ${name}`, `set it where Fettle is started`)
}

/** Relative to the site's folder. */
export const fromFile = async (path: string, folder: string): Promise<string> => {
  const file = resolve(folder, path.replace(/^~(?=\/|$)/, homedir()))
  const text = await readFile(file, 'utf8').catch(({ message }: Error) => {
    throw trouble('secret.missing', `the file of a secret cannot be read: ${message}`)
  })
  const { mode } = await stat(file)
  if (mode & 0o007) throw trouble('secret.invalid', `others may read ${path}`, `chmod 600 ${path}`)
  return withoutLineEnd(text)
}

/** Milliseconds. */
const commandDeadline = 120_000

/** What a command of the user's prints, run in the site's folder; it is given nothing. */
export const fromCommand = (command: string, folder: string): Promise<string> =>
  new Promise((done, fail) => {
    const options = { cwd: folder, timeout: commandDeadline, maxBuffer: 1 << 20 }
    const child = execFile('/bin/sh', ['-c', command], options, (error, stdout, stderr) => {
      if (!error && stdout !== '') return done(withoutLineEnd(stdout))
      const why = error ? (error.killed ? 'took too long' : `failed with exit status ${error.code}`) : 'printed nothing'
      fail(trouble('secret.missing', `\`${command}\` ${why}`, 'run it by hand in the site’s folder', stderr.trim()))
    })
    child.stdin?.end()
  })
