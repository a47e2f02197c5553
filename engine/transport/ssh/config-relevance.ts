import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'

/** What Fettle takes from the ssh configuration. */
const honoured = new Set([
  'hostname',
  'user',
  'port',
  'identityfile',
  'identitiesonly',
  'identityagent',
  'userknownhostsfile',
  'globalknownhostsfile',
  'hostkeyalias',
  'proxyjump',
  'proxycommand',
  'canonicalizehostname',
])

/**
 * Whether asking `ssh -G`, which costs some 30 ms of a processor, could teach anything about this host. Says yes when
 * in doubt: only `Host` blocks are judged here, and the plain form of `Include` that distributions ship.
 */
export const mayConcern = (text: string, host: string): boolean => {
  let applies = true
  for (const line of text.split('\n')) {
    const [, keyword = '', rest = ''] = /^\s*([A-Za-z]+)(?:\s*=\s*|\s+)(.*?)\s*$/.exec(line) ?? []
    const word = keyword.toLowerCase()
    if (word === 'host') applies = mayMatch(rest, host)
    else if (word === 'match') return true
    else if (applies && word === 'include' && included(rest).some((each) => each === null || mayConcern(each, host)))
      return true
    else if (applies && honoured.has(word)) return true
  }
  return false
}

export const fileMayConcern = (file: string, host: string): boolean => {
  const text = readIfThere(file)
  return text !== null && mayConcern(text, host)
}

const mayMatch = (patterns: string, host: string): boolean =>
  patterns
    .replaceAll('"', '')
    .split(/\s+/)
    .filter((pattern) => !pattern.startsWith('!'))
    .some((pattern) => /[*?]/.test(pattern) || pattern.toLowerCase() === host.toLowerCase())

/** The texts behind `Include DIRECTORY/*.EXTENSION`; null for any other form. */
const included = (argument: string): readonly (string | null)[] => {
  const [, directory, extension] = /^(\/[^*?[\]"\s]*)\/\*(\.\w+)?$/.exec(argument) ?? []
  if (directory === undefined) return [null]
  return namesIn(directory)
    .filter((name) => extension === undefined || extname(name) === extension)
    .map((name) => readIfThere(join(directory, name)))
}

const namesIn = (directory: string): string[] => {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

const readIfThere = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
