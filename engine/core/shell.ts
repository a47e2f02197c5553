/** The one place where a value becomes shell text. NUL cannot be said in sh and is refused. */
export const quote = (value: string): string => {
  if (value.includes('\0')) throw new RangeError('a NUL byte cannot be passed to a shell')
  return /^[A-Za-z0-9_/.:=@%^,+-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`
}

/** A command line from an argument vector. */
export const command = (...argv: readonly string[]): string => argv.map(quote).join(' ')
