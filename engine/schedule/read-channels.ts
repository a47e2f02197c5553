import { readReference } from '../core/secret-reference.ts'
import type { Channel } from './job.ts'
import { isMapping, type Mapping, type Report, refuseUnknown, textsOf } from './report.ts'
import { wordsOf } from './words.ts'

/** Reads `notify:` of site.yml: by which names whom can be told how. */
export const readChannels = (value: unknown, report: Report): ReadonlyMap<string, Channel> => {
  if (value === undefined || value === null) return new Map()
  if (!isMapping(value)) {
    report([], 'notify must be a mapping from names to ways to tell', 'write "ops: { webhook: URL }"')
    return new Map()
  }
  return new Map(
    Object.entries(value).flatMap(([name, body]) => {
      const channel = readChannel(name, body, report)
      return channel ? [[name, channel]] : []
    }),
  )
}

const ways = ['webhook', 'mail', 'command'] as const

const readChannel = (name: string, body: unknown, report: Report): Channel | null => {
  const [way, ...others] = isMapping(body) ? ways.filter((each) => body[each] !== undefined) : []
  if (!isMapping(body) || !way || others.length > 0) {
    report([name], `"${name}" must have one of webhook, mail and command`)
    return null
  }
  refuseUnknown(body, way === 'mail' ? ['mail', 'from', 'server'] : [way], [name], report)
  return readers[way](name, body, report)
}

type Read = (name: string, body: Mapping, report: Report) => Channel | null

const readers: Readonly<Record<(typeof ways)[number], Read>> = {
  webhook: (name, { webhook: url }, report) => {
    if (typeof url === 'string' && (isUrl(url, ['http:', 'https:']) || isReference(url))) return { by: 'webhook', url }
    report(
      [name, 'webhook'],
      'webhook must be a URL, or say where one is to be had',
      'https://..., env:NAME, file:PATH or cmd:COMMAND',
    )
    return null
  },
  mail: (name, { mail, from, server = 'smtp://127.0.0.1:25' }, report) => {
    const to = textsOf(mail)
    const isServer = typeof server === 'string' && (isUrl(server, ['smtp:', 'smtps:']) || isReference(server))
    if (!to?.every(isAddress)) report([name, 'mail'], 'mail must be an address, or a list of them')
    if (typeof from !== 'string' || !isAddress(from))
      report([name, 'from'], 'from must be the address that mail is from')
    if (!isServer)
      report(
        [name, 'server'],
        'server must be smtp://HOST:PORT, smtps://HOST, or env:NAME, file:PATH or cmd:COMMAND that has it',
      )
    return to && typeof from === 'string' && isServer ? { by: 'mail', to, from, server } : null
  },
  command: (name, { command }, report) => {
    const argv = typeof command === 'string' ? wordsOf(command) : textsOf(command)
    if (argv && argv.length > 0) return { by: 'command', argv }
    report([name, 'command'], 'command must be a command line', 'no shell reads it; write [sh, -c, "..."] for one')
    return null
  },
}

/** What is told without any environment can have its secrets from none. */
const isReference = (text: string): boolean => ['env', 'file', 'cmd'].includes(readReference(text)?.from ?? '')

const isUrl = (text: string, protocols: readonly string[]): boolean =>
  URL.canParse(text) && protocols.includes(new URL(text).protocol)

const isAddress = (text: string): boolean => /^[^\s@<>,;]+@[^\s@<>,;]+$/.test(text)
