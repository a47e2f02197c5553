import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** In every secret that a test gives to Fettle, so that it is known wherever it shows up. */
export const canary = 'canary-k7Qz'

/** What the canary looks like in whatever form, one a line. In a file, since looking for it must not show it. */
export const patterns = fileURLToPath(new URL('../../../.fettle/leaks/patterns', import.meta.url))

/** The three ways in which base64 writes something that stands anywhere in a text. */
const inBase64 = (word: string): string[] =>
  [0, 1, 2].map((before) => {
    const text = Buffer.from(' '.repeat(before) + word).toString('base64')
    return text.slice(before === 0 ? 0 : before + 1, -4)
  })

export const writePatterns = (word = canary, file = patterns): void => {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${[word, ...inBase64(word), Buffer.from(word).toString('hex')].join('\n')}\n`)
}
