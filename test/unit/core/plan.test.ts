import { expect, test } from 'vitest'
import { topicKey } from '../../../engine/core/fact.ts'
import { compare } from '../../../engine/core/plan.ts'

test('two records are compared field by field, in the order of what is wanted', () => {
  const found = { mode: '0600', owner: 'root', group: 'adm', more: 'not asked for' }
  expect(compare(found, { group: 'root', owner: 'root', mode: '0644' })).toEqual([
    { what: 'group', from: 'adm', to: 'root' },
    { what: 'mode', from: '0600', to: '0644' },
  ])
})

test('what is missing is absent, and absent is what may be wanted', () => {
  expect(compare({}, { shell: '/bin/sh', home: null })).toEqual([{ what: 'shell', from: null, to: '/bin/sh' }])
  expect(compare({ shell: '/bin/sh' }, { shell: null })).toEqual([{ what: 'shell', from: '/bin/sh', to: null }])
})

test('questions are one only if fact and query are', () => {
  const keys = [
    topicKey({ fact: 'path', query: '/a' }),
    topicKey({ fact: 'path', query: '/a b' }),
    topicKey({ fact: 'text', query: '/a' }),
    topicKey({ fact: 'path', query: ['/a'] }),
    topicKey({ fact: 'path', query: null }),
  ]
  expect(new Set(keys).size).toBe(keys.length)
  expect(topicKey({ fact: 'path', query: '/a' })).toBe(keys[0])
})
