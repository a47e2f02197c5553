import { createHash } from 'node:crypto'

/** Thousands of rounds, as MySQL itself makes by default. */
const thousands = 5

const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** In which order the bytes of a digest are written, three to four letters, the first one lowest. */
const order = [
  [0, 10, 20],
  [21, 1, 11],
  [12, 22, 2],
  [3, 13, 23],
  [24, 4, 14],
  [15, 25, 5],
  [6, 16, 26],
  [27, 7, 17],
  [18, 28, 8],
  [9, 19, 29],
] as const

const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** As many bytes as asked for, of ever the same ones. */
const stretched = (bytes: Buffer, length: number): Buffer => Buffer.alloc(length, bytes)

const letters = (value: number, count: number): string =>
  Array.from({ length: count }, (_, index) => alphabet[(value >> (6 * index)) & 63]).join('')

/**
 * What MySQL keeps of a password by `caching_sha2_password`: SHA-crypt with SHA-256, its salt of twenty characters, here
 * letters and digits.
 */
export const cachingSha2 = (password: string, salt: string): string => {
  if (!/^[A-Za-z0-9]{20}$/.test(salt)) throw new RangeError('a salt of MySQL has twenty letters or digits')
  const digest = shaCrypt(Buffer.from(password), Buffer.from(salt), thousands * 1000)
  const written = order.map(([a, b, c]) =>
    letters(((digest[a] ?? 0) << 16) | ((digest[b] ?? 0) << 8) | (digest[c] ?? 0), 4),
  )
  const last = letters(((digest[31] ?? 0) << 8) | (digest[30] ?? 0), 3)
  return `$A$${thousands.toString(16).padStart(3, '0')}$${salt}${written.join('')}${last}`
}

/** Ulrich Drepper's SHA-crypt, step by step. */
const shaCrypt = (key: Buffer, salt: Buffer, rounds: number): Buffer => {
  const alternate = sha256(key, salt, key)
  const bits = [...key.length.toString(2)].reverse().filter(() => key.length > 0)
  let digest = sha256(
    key,
    salt,
    stretched(alternate, key.length),
    ...bits.map((bit) => (bit === '1' ? alternate : key)),
  )
  const keys = stretched(sha256(stretched(key, key.length ** 2)), key.length)
  const salts = stretched(sha256(stretched(salt, salt.length * (16 + (digest[0] ?? 0)))), salt.length)
  for (let round = 0; round < rounds; round++) {
    const isOdd = round % 2 === 1
    digest = sha256(
      isOdd ? keys : digest,
      round % 3 === 0 ? empty : salts,
      round % 7 === 0 ? empty : keys,
      isOdd ? digest : keys,
    )
  }
  return digest
}

const empty = Buffer.alloc(0)
