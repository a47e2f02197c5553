import { createHmac } from 'node:crypto'

/** One line of a known_hosts file. */
export interface Entry {
  /** `revoked` keys are refused; an `authority` signs host certificates. */
  readonly mark: 'none' | 'revoked' | 'authority'
  /** Comma-separated patterns, or one hashed name. */
  readonly hosts: string
  /** `ssh-ed25519` and the like. */
  readonly type: string
  /** Base64. */
  readonly key: string
  readonly file: string
  readonly line: number
}

const marks: Readonly<Record<string, Entry['mark']>> = { '@revoked': 'revoked', '@cert-authority': 'authority' }

/** Lines that cannot be read are passed over, as OpenSSH does. */
export const parseKnownHosts = (text: string, file: string): Entry[] =>
  text.split('\n').flatMap((line, index) => parseLine(line, file, index + 1) ?? [])

const parseLine = (text: string, file: string, line: number): Entry | undefined => {
  const fields = text.trim().split(/[ \t]+/)
  const first = fields[0] ?? ''
  if (first === '' || first.startsWith('#')) return undefined
  const mark = first.startsWith('@') ? marks[first] : 'none'
  const [hosts, type, key] = mark === 'none' ? fields : fields.slice(1)
  return mark && hosts && type && key ? { mark, hosts, type, key, file, line } : undefined
}

/** How known_hosts calls an address. */
export const knownName = (host: string, port: number): string => {
  const name = host.toLowerCase()
  return port === 22 ? name : `[${name}]:${port}`
}

export const concerns = (entry: Entry, name: string): boolean =>
  entry.hosts.startsWith('|1|') ? isHashOf(entry.hosts, name) : matchesList(entry.hosts.toLowerCase(), name)

const isHashOf = (hashed: string, name: string): boolean => {
  const [, , salt = '', hash] = hashed.split('|')
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash
}

/** A negated pattern that matches decides, wherever it stands. */
const matchesList = (list: string, name: string): boolean => {
  let matched = false
  for (const pattern of list.split(',')) {
    const negated = pattern.startsWith('!')
    if (!matchesPattern(negated ? pattern.slice(1) : pattern, name)) continue
    if (negated) return false
    matched = true
  }
  return matched
}

const matchesPattern = (pattern: string, name: string): boolean => {
  if (!/[*?]/.test(pattern)) return pattern === name
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${expression}$`).test(name)
}
