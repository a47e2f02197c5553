const shown = (character: string): string => {
  const code = character.codePointAt(0) ?? 0
  if (character === '\n') return character
  if (code < 0x20) return `^${String.fromCharCode(code + 0x40)}`
  if (code === 0x7f) return '^?'
  return code < 0x100 ? `\\x${code.toString(16)}` : `\\u${code.toString(16).padStart(4, '0')}`
}

const dangerous = /\p{Cc}|\p{Bidi_Control}|[\u2028\u2029\ufeff]/gu

/** Remote text as something a terminal only shows: no escape sequence survives, nothing is hidden. Lines stay lines. */
export const visibleText = (text: string): string =>
  text.replaceAll('\r\n', '\n').replaceAll('\t', '    ').replace(dangerous, shown)

/** The same on one line. */
export const visibleLine = (text: string): string => visibleText(text).replaceAll('\n', '^J')
