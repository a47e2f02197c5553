const wide =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u
const none = /^(?:\p{M}|\p{Cf})$/u

const cells = (character: string): number => (none.test(character) ? 0 : wide.test(character) ? 2 : 1)

/** Columns that a text without escape sequences takes. */
export const width = (text: string): number => {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let sum = 0
  for (const character of text) sum += cells(character)
  return sum
}

export const padded = (text: string, columns: number): string => text + ' '.repeat(Math.max(0, columns - width(text)))

/** How much of the beginning fits, in UTF-16 units. */
const fitting = (text: string, columns: number): number => {
  let used = 0
  let end = 0
  for (const character of text) {
    used += cells(character)
    if (used > columns) break
    end += character.length
  }
  return end
}

/** One line that fits, its loss shown by an ellipsis. */
export const truncated = (text: string, columns: number): string =>
  width(text) <= columns ? text : columns < 1 ? '' : `${text.slice(0, fitting(text, columns - 1))}…`

/** The pieces of a line that is broken wherever the columns end. */
export const broken = (text: string, columns: number): string[] => {
  if (width(text) <= columns) return [text]
  const first = text.codePointAt(0) ?? 0
  const end = fitting(text, columns) || (first > 0xffff ? 2 : 1)
  return end === text.length ? [text] : [text.slice(0, end), ...broken(text.slice(end), columns)]
}

/** The lines of a text that is broken between words where it can be. All begin as far in as the first. */
export const wrapped = (text: string, columns: number): string[] => {
  if (width(text) <= columns) return [text]
  const start = /^ */.exec(text)?.[0] ?? ''
  const room = Math.max(1, columns - start.length)
  const lines: string[] = []
  let line = ''
  for (const word of text.slice(start.length).split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (width(longer) > room && line !== '') lines.push(line)
    line = width(longer) > room ? word : longer
  }
  return [...lines, line].flatMap((one) => broken(one, room)).map((one) => start + one)
}
