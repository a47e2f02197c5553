/** How statements of a session begin, so that literals mean in it what they say. */
export const plainMode = "SET SESSION sql_mode = 'STRICT_TRANS_TABLES';"

const escapes: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\n': '\\n',
  '\r': '\\r',
  '\x1a': '\\Z',
  '\\': '\\\\',
  "'": "''",
}

const checkText = (value: string): void => {
  if (/\p{Surrogate}/u.test(value)) throw new RangeError('half a character cannot be said in SQL')
}

/** The one place where a value becomes SQL text, for MariaDB and MySQL, in a session that began with `plainMode`. One line. */
export const literal = (value: string): string => {
  checkText(value)
  return `'${[...value].map((character) => escapes[character] ?? character).join('')}'`
}

/** The name of a database, a table, a column. */
export const identifier = (name: string): string => {
  checkText(name)
  if (name === '' || name.includes('\0')) throw new RangeError(`${JSON.stringify(name)} is no name in SQL`)
  return `\`${name.replaceAll('`', '``')}\``
}

/** An account: who it is, and the pattern of hosts that it comes from. */
export const accountName = (user: string, host: string): string => `${literal(user)}@${literal(host)}`
