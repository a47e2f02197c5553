import type { Path } from './locate.ts'

/**
 * Splits `nginx.sites."shop.example".root` at its dots; quotes keep a key with dots together.
 * Undefined where the text is not such a path.
 */
export const readSettingPath = (text: string): Path | undefined => {
  const segment = /"([^"]+)"|([^."]+)/y
  const path: string[] = []
  while (segment.lastIndex < text.length) {
    const match = segment.exec(text)
    if (!match) return undefined
    path.push(match[1] ?? match[2] ?? '')
    const end = segment.lastIndex
    if (end === text.length) return path
    if (text[end] !== '.') return undefined
    segment.lastIndex = end + 1
  }
  return undefined
}

/** The same path in print. */
export const settingName = (path: Path): string =>
  path.map((segment) => (/[."]/.test(segment) ? `"${segment}"` : segment)).join('.')
