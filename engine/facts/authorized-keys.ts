import type { Fact } from '../core/fact.ts'
import { command } from '../core/shell.ts'
import { lookupFunction } from './lookup.ts'
import { type PathAnswer, readStats, statCommand } from './path.ts'

export interface AuthorizedKeysAnswer {
  readonly home: string
  /** A number. */
  readonly group: string
  /** `~/.ssh`. */
  readonly directory: PathAnswer
  /** `~/.ssh/authorized_keys`. */
  readonly file: PathAnswer
  /** Null where there is no such file, or its user may not read it. */
  readonly text: string | null
}

/** The keys that may log in, by user; null where there is no such user. */
export const authorizedKeys: Fact<string, AuthorizedKeysAnswer | null> = {
  name: 'authorized keys',

  /** Read as the user: a link planted in a home shows nothing that its owner could not read. */
  script: (names) => `${lookupFunction}
accounts=$(${command('lookup', 'passwd', ...names)})
set --
while IFS=: read -r name password uid gid comment home shell; do
  [ -n "$name" ] || continue
  file=$home/.ssh/authorized_keys
  set -- "$@" "$home/.ssh" "$file"
  printf 'user|%s|%s|%s\\n' "$name" "$gid" "$home"
  [ -f "$file" ] || continue
  printf 'text|%s|' "$name"
  setpriv --reuid "$uid" --regid "$gid" --clear-groups base64 -w0 -- "$file" 2>/dev/null || printf -- -
  echo
done <<X
$accounts
X
[ $# -eq 0 ] || ${statCommand} "$@" 2>/dev/null
:`,

  parse: (output, names) => {
    const lines = output.split('\n')
    const stats = readStats(lines)
    return names.map((name) => readAnswer(name, lines, stats))
  },
}

const absent: PathAnswer = { type: 'absent' }

const readAnswer = (
  name: string,
  lines: readonly string[],
  stats: ReadonlyMap<string, PathAnswer>,
): AuthorizedKeysAnswer | null => {
  const account = said('user', name, lines)
  if (account === undefined) return null
  const [group = '', ...rest] = account.split('|')
  const home = rest.join('|')
  const text = said('text', name, lines)
  return {
    home,
    group,
    directory: stats.get(`${home}/.ssh`) ?? absent,
    file: stats.get(`${home}/.ssh/authorized_keys`) ?? absent,
    text: text === undefined || text.endsWith('-') ? null : Buffer.from(text, 'base64').toString('utf8'),
  }
}

const said = (what: string, name: string, lines: readonly string[]): string | undefined => {
  const begin = `${what}|${name}|`
  return lines.find((line) => line.startsWith(begin))?.slice(begin.length)
}
