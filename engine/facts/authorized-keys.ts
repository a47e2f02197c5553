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
${command('lookup', 'passwd', ...names)} | while IFS=: read -r name password uid gid comment home shell; do
  file=$home/.ssh/authorized_keys
  printf 'user|%s|%s|%s\\n' "$name" "$gid" "$home"
  ${statCommand} "$home/.ssh" "$file" 2>/dev/null
  [ -f "$file" ] || continue
  printf 'text|'
  setpriv --reuid "$uid" --regid "$gid" --clear-groups base64 -w0 -- "$file" 2>/dev/null || printf -- -
  echo
done`,

  parse: (output, names) => {
    const sections = new Map(
      output
        .split(/^user\|/m)
        .slice(1)
        .map((section) => [section.split('|')[0], section.split('\n')]),
    )
    return names.map((name) => readAnswer(sections.get(name)))
  },
}

const absent: PathAnswer = { type: 'absent' }

const readAnswer = (lines: readonly string[] | undefined): AuthorizedKeysAnswer | null => {
  if (!lines) return null
  const [, group = '', ...rest] = (lines[0] ?? '').split('|')
  const home = rest.join('|')
  const stats = readStats(lines)
  const text = lines.find((line) => line.startsWith('text|'))?.slice('text|'.length)
  return {
    home,
    group,
    directory: stats.get(`${home}/.ssh`) ?? absent,
    file: stats.get(`${home}/.ssh/authorized_keys`) ?? absent,
    text: text === undefined || text.endsWith('-') ? null : Buffer.from(text, 'base64').toString('utf8'),
  }
}
