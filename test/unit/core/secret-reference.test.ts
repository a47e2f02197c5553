import { expect, test } from 'vitest'
import { readReference } from '../../../engine/core/secret-reference.ts'

const made = { from: 'generate', name: '', length: 32, alphabet: 'alphanumeric' }

test.each([
  ['secret:db-password', { from: 'secret', name: 'db-password' }],
  ['secret:mysql.root', { from: 'secret', name: 'mysql.root' }],
  ['env:DB_PASSWORD', { from: 'env', name: 'DB_PASSWORD' }],
  ['file:/etc/keys/tls.key', { from: 'file', path: '/etc/keys/tls.key' }],
  ['cmd:op read "op://shop/db/password"', { from: 'cmd', command: 'op read "op://shop/db/password"' }],
  ['cmd: pass show a:b', { from: 'cmd', command: 'pass show a:b' }],
  ['generate', made],
  ['generate:db', { ...made, name: 'db' }],
  ['generate length=64', { ...made, length: 64 }],
  ['generate:db  length=8 alphabet=hex', { ...made, name: 'db', length: 8, alphabet: 'hex' }],
  ['generate lasting=yes', { ...made, lasting: true }],
  ['generate lasting=no', made],
  ['sops:secrets/prod.yml#db.users.0', { from: 'sops', file: 'secrets/prod.yml', path: ['db', 'users', '0'] }],
  ['$ANSIBLE_VAULT;1.1;AES256\n61', { from: 'vault', text: '$ANSIBLE_VAULT;1.1;AES256\n61' }],
])('%s', (text, reference) => expect(readReference(text)).toEqual(reference))

test.each([
  'hunter22',
  '',
  'https://example.com',
  'secret:',
  'secret:a b',
  'secret:-a',
  'env:9',
  'env:A-B',
  'file:',
  'cmd:  ',
  'sops:file.yml',
  'sops:#a',
  'generate:a b',
  'generate length=7',
  'generate length=many',
  'generate alphabet=klingon',
  'generate size=9',
  'generate lasting=perhaps',
  'generated',
  'constructor:x',
])('%j is none', (text) => expect(readReference(text)).toBeUndefined())
