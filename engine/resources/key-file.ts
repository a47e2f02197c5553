import { check } from './check.ts'

/** An authorized_keys file: lines that Fettle put there, and lines of others. */
export interface KeyFile {
  readonly theirs: readonly string[]
  readonly ours: readonly string[]
}

interface Key {
  readonly options: string
  /** Type and key, without options and comment. */
  readonly body: string
  readonly comment: string
}

const begin = '# begin fettle'
const end = '# end fettle'

const token = String.raw`(?:[^\s"]|"(?:\\.|[^"\\])*")+`
const type = String.raw`(?:sk-)?(?:ssh|ecdsa)-[\w@.-]+`
const keyLine = new RegExp(String.raw`^(?:(?!${type}\s)(${token})\s+)?(${type}\s+[A-Za-z0-9+/]+=*)(?:\s+(.*))?$`)

const readKey = (line: string): Key | null => {
  if (line.trimStart().startsWith('#')) return null
  const [, options = '', body, comment = ''] = keyLine.exec(line.trim()) ?? []
  return body === undefined ? null : { options, body: body.replace(/\s+/, ' '), comment }
}

export const checkKey = (line: string): void =>
  check(
    !/\p{Cc}/u.test(line) && readKey(line) !== null,
    `${JSON.stringify(line.slice(0, 40))} is not a public key`,
    'give the one line of a .pub file',
  )

/** For people: `ssh-ed25519 …wL8u ada@laptop`. Null for what is not a key. */
export const nameOfKey = (line: string): string | null => {
  const key = readKey(line)
  return key && [key.options, key.body.replace(/ .*(.{8})$/, ' …$1'), key.comment].filter(Boolean).join(' ')
}

export const readKeyFile = (text: string): KeyFile => {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const from = lines.indexOf(begin)
  const to = lines.indexOf(end, from)
  const marked = from !== -1 && to !== -1
  const theirs = marked ? [...lines.slice(0, from), ...lines.slice(to + 1)] : lines
  return {
    theirs: theirs.filter((line) => line !== begin && line !== end),
    ours: marked ? lines.slice(from + 1, to) : [],
  }
}

/**
 * The file with exactly these keys as ours. A key that others put there too stays theirs, unless with other options:
 * of two lines with one key, sshd heeds the first.
 */
export const writeKeyFile = (before: KeyFile, keys: readonly string[], exclusive: boolean): string => {
  const wanted = new Map(keys.map((line) => [readKey(line)?.body, readKey(line)?.options]))
  const theirs = before.theirs.filter((line) => {
    const key = readKey(line)
    return !exclusive && (!key || !wanted.has(key.body) || wanted.get(key.body) === key.options)
  })
  const known = new Set(theirs.map((line) => readKey(line)?.body))
  const ours = keys.filter((line) => !known.has(readKey(line)?.body)).map((line) => line.trim())
  return [...theirs, ...(ours.length > 0 ? [begin, ...ours, end] : [])].map((line) => `${line}\n`).join('')
}
