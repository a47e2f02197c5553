import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { didYouMean, suggest } from '../../../engine/core/suggest.ts'

const settings = ['workerConnections', 'sites', 'port', 'user', 'journal']

describe('what was probably meant', () => {
  test.each([
    ['a letter left out', 'workerConections', 'workerConnections'],
    ['a letter too many', 'portt', 'port'],
    ['another letter', 'sitas', 'sites'],
    ['two neighbours swapped', 'prot', 'port'],
    ['two pairs of neighbours swapped', 'jorunla', 'journal'],
    ['capitals', 'PORT', 'port'],
    ['the thing itself', 'user', 'user'],
    ['a third of a long word', 'workrConectins', 'workerConnections'],
    ['more than a third of it', 'wrkrCnctns', undefined],
    ['nothing like it', 'certificate', undefined],
    ['nothing at all', '', undefined],
  ])('%s', (_, typed, meant) => {
    expect(suggest(typed, settings)).toBe(meant)
  })

  test('is the nearest, and of two equally near the first', () => {
    expect(suggest('web12', ['web1', 'web12x', 'web2'])).toBe('web1')
    expect(suggest('web9', ['db11', 'web1', 'web2'])).toBe('web1')
    expect(suggest('webb2', ['web1', 'web2'])).toBe('web2')
  })

  test('is never a word that has nothing in common', () => {
    expect(suggest('ab', ['xy'])).toBeUndefined()
  })

  test('one swap counts once', () => {
    const word = fc.string({ unit: fc.constantFrom(...'abcdefgh'), minLength: 4, maxLength: 12 })
    fc.assert(
      fc.property(word, fc.nat(10), (name, position) => {
        const at = position % (name.length - 1)
        const swapped = name.slice(0, at) + name.charAt(at + 1) + name.charAt(at) + name.slice(at + 2)
        expect(suggest(swapped, [name])).toBe(name)
      }),
    )
  })
})

test('as a question', () => {
  expect(didYouMean('prot', settings)).toBe('did you mean "port"?')
  expect(didYouMean('certificate', settings)).toBeUndefined()
  expect(didYouMean('port', [])).toBeUndefined()
})
