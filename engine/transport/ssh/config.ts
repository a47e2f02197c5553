import { fault, tail, type Where } from '../session/where.ts'
import { fileMayConcern } from './config-relevance.ts'
import type { Surroundings } from './surroundings.ts'

/** The ssh configuration's words about one host: keywords in lower case, with all their values in order. */
export type SshConfig = ReadonlyMap<string, readonly string[]>

export interface Asked {
  readonly host: string
  readonly user?: string | undefined
  readonly port?: number | undefined
}

const nothing: SshConfig = new Map()

/** Lets the system's `ssh -G` read the configuration, if the configuration can have anything to say of this host. */
export const askSshConfig = async (asked: Asked, around: Surroundings, where: Where): Promise<SshConfig> => {
  const files = around.onlyConfigFile === undefined ? around.configFiles : [around.onlyConfigFile]
  if (!files.some((file) => fileMayConcern(file, asked.host))) return nothing
  const { execa } = await import('execa')
  const options = [
    ...(around.onlyConfigFile === undefined ? [] : ['-F', around.onlyConfigFile]),
    ...(asked.user === undefined ? [] : ['-l', asked.user]),
    ...(asked.port === undefined ? [] : ['-p', String(asked.port)]),
  ]
  const answer = await execa('ssh', ['-G', ...options, '--', asked.host], { reject: false, stdin: 'ignore' })
  if (answer.exitCode === 0) return parseAnswer(answer.stdout)
  const detail = tail(answer.stderr || answer.shortMessage || '')
  throw fault(where, 'host.unreachable', `the ssh configuration cannot be read for ${asked.host}`, {
    ...(detail !== undefined && { detail }),
    hint: `try: ssh -G ${asked.host}`,
  })
}

export const parseAnswer = (output: string): SshConfig => {
  const config = new Map<string, string[]>()
  for (const line of output.split('\n')) {
    const [, keyword, value] = /^(\w+) (.*)$/.exec(line) ?? []
    if (keyword === undefined || value === undefined) continue
    config.set(keyword, [...(config.get(keyword) ?? []), value])
  }
  return config
}
