import { expect, test } from 'vitest'
import { accessHash, accessPassword, repositoryPassword } from '../../../engine/core/backup.ts'
import { reveal, secretOf } from '../../../engine/core/secret.ts'

const [key, other] = [secretOf('the key of a site'), secretOf('the key of another site')]

test('every repository and every way to it has a password of its own, the same each time', () => {
  const all = [key, other].flatMap((each) =>
    ['web1', 'web2'].flatMap((host) => [
      repositoryPassword(each, host),
      accessPassword(each, host, 'vault1'),
      accessPassword(each, host, 'vault2'),
    ]),
  )
  expect(new Set(all.map(reveal)).size).toBe(all.length)
  expect(reveal(repositoryPassword(key, 'web1'))).toBe(
    reveal(repositoryPassword(secretOf('the key of a site'), 'web1')),
  )
  expect(reveal(repositoryPassword(key, 'web1'))).toMatch(/^[0-9a-f]{64}$/)
})

test('a backup host has a sum of the access, in the form of htpasswd', () =>
  expect(reveal(accessHash(key, 'web1', 'vault1'))).toMatch(/^\{SHA\}[A-Za-z0-9+/]{27}=$/))
