import { Misuse, text, truth } from './values.ts'

/** A pattern as Python writes it, without the flags that may stand inside. */
export const regex = (pattern: unknown, ignorecase: unknown, multiline: unknown, more = ''): RegExp => {
  const source = text(pattern).replaceAll('(?P<', '(?<').replaceAll('(?P=', '\\k<').replaceAll('\\A', '^')
  try {
    return new RegExp(source, `${more}${truth(ignorecase) ? 'i' : ''}${truth(multiline) ? 'm' : ''}`)
  } catch (error) {
    throw new Misuse(error instanceof Error ? error.message : String(error))
  }
}

/** All matches; `\1` and `\g<name>` stand for groups, `$` for itself. */
export const regexReplace = (
  value: unknown,
  pattern: unknown,
  replacement: unknown = '',
  ignorecase?: unknown,
  multiline?: unknown,
): string =>
  text(value).replace(regex(pattern, ignorecase, multiline, 'g'), (match: string, ...rest: unknown[]) => {
    const named = rest.find((part) => typeof part === 'object' && part !== null) as Record<string, string> | undefined
    const group = (key: string): string => {
      const found = /^\d+$/.test(key) ? [match, ...rest][Number(key)] : named?.[key]
      if (typeof found === 'number') throw new Misuse(`the pattern has no group ${key}`)
      return typeof found === 'string' ? found : ''
    }
    return text(replacement).replace(/\\(?:(\d)|g<(\w+)>|(\\))/g, (_, digit?: string, name?: string) => {
      const key = digit ?? name
      return key === undefined ? '\\' : group(key)
    })
  })
