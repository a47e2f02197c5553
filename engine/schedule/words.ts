/** What a character of a command line is part of. */
type Quote = '"' | "'" | null

/**
 * The words of a command line without a shell: quotes keep words together, a backslash takes the meaning from the next
 * character, and nothing else has one. Null where a quote is not closed.
 */
export const wordsOf = (line: string): readonly string[] | null => {
  const words: string[] = []
  let word: string | null = null
  let quote: Quote = null
  for (let index = 0; index < line.length; index++) {
    const character = line[index] as string
    if (character === quote) quote = null
    else if (quote === null && (character === '"' || character === "'")) {
      quote = character
      word ??= ''
    } else if (character === '\\' && quote !== "'" && index + 1 < line.length) word = (word ?? '') + line[++index]
    else if (quote === null && /\s/.test(character)) {
      if (word !== null) words.push(word)
      word = null
    } else word = (word ?? '') + character
  }
  if (quote !== null) return null
  return word === null ? words : [...words, word]
}
