import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

export const program = fileURLToPath(new URL('../../../bin/fettle', import.meta.url))

/** What a command came to. */
export interface Answer {
  /** Null where it was killed. */
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Options {
  /** Standard input. Default: closed. */
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
  /** Where it is called, below the site's folder. */
  readonly below?: string
}

/** The surroundings of a user without ssh keys, settings or agent. */
export const surroundings = (home: string): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: home,
  LC_ALL: 'C.UTF-8',
})

/** Runs the bundled command as a user would. Whatever it says, no stack may be among it. */
export const runFettle = async (folder: string, args: readonly string[], options: Options = {}): Promise<Answer> => {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [program, ...args], {
    cwd: options.below === undefined ? folder : `${folder}/${options.below}`,
    env: { ...surroundings(folder), ...options.env },
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
  })
  refuseStack(stdout + stderr)
  return { exit: exitCode ?? null, stdout, stderr }
}

export const refuseStack = (said: string): void => {
  if (/^\s{4,}at .*:\d+:\d+\)?$|This is a bug|UnhandledPromise|node:internal/m.test(said))
    throw new Error(`a stack was shown:\n${said}`)
}
