import { inspect, isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fulfil, isFulfilled, isSecret, joined, mark, reveal, Secret, secretOf } from '../../../engine/core/secret.ts'

const value = 'correct horse battery staple'
const secret = secretOf(value)

describe('a secret shows a mark', () => {
  test.each<[string, (secret: Secret) => string]>([
    ['converted', String],
    ['in a template literal', (secret) => `${secret}`],
    ['added to text', (secret) => '' + secret],
    ['as JSON', (secret) => JSON.stringify({ secret })],
    ['inspected', (secret) => inspect({ secret }, { showHidden: true, depth: 9 })],
    ['printed by a formatter', (secret) => [secret].join()],
    ['in an error', (secret) => inspect(new Error(`wrong: ${secret}`, { cause: secret }))],
  ])('%s', (_, show) => {
    expect(show(secret)).toContain(mark)
    expect(show(secret)).not.toContain(value)
  })

  test('and nothing that can be listed of it is its value', () => {
    expect(Object.values(secret)).toEqual([secret.identity])
    expect(structuredClone({ ...secret })).toEqual({ identity: secret.identity })
  })
})

test('two secrets are told apart by what compares structures, without their values', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(isDeepStrictEqual({ content: secretOf(a) }, { content: secretOf(b) })).toBe(a === b)
    }),
  )
})

test('its value is there once it was given, and is given once', () => {
  const later = new Secret()
  expect(isFulfilled(later)).toBe(false)
  expect(() => reveal(later)).toThrow('was not opened')
  fulfil(later, value)
  expect(reveal(later)).toBe(value)
  expect(later).toEqual(secret)
  expect(() => fulfil(later, 'other')).toThrow('has its value already')
})

describe('text with secrets in it', () => {
  test('is secret as a whole', () => {
    const text = joined`user ${'ada'} password ${secret} port ${5432}\n`
    expect(isSecret(text)).toBe(true)
    expect(reveal(text)).toBe(`user ada password ${value} port 5432\n`)
  })

  test('is plain where there are none', () => expect(joined`user ${'ada'}\n`).toBe('user ada\n'))
})
