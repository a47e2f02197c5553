import { describe, expect, test } from 'vitest'
import { leaver, leaverNotices, lockouts, refuseLockout } from '../../../roles/base/access.ts'
import { BaseSettings } from '../../../roles/base/settings.ts'

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIu3Zb0cD1dIcW1bPwH1u7n8fW0xVhjv7d5a5oN3wL8u'
const admin = { keys: [key], sudo: true }
const usersOf = (users: object) => BaseSettings.parse({ users }).users
const messages = (users: object, me?: string) => lockouts(usersOf(users), me).map(({ message }) => message)

describe('operators may', () => {
  test.each([
    ['come', { ada: admin, bob: admin }, 'root'],
    ['go, while we log in as somebody else', { ada: { absent: true }, bob: admin }, 'bob'],
    ['go, once somebody else has a way in, while we log in as them', { ada: { absent: true }, bob: admin }, 'ada'],
    ['go, while we log in as somebody who is not described', { ada: { absent: true } }, 'operator'],
    ['change their keys', { ada: { ...admin, keys: [`${key} new`] } }, 'ada'],
    ['have no key, where it is not us', { ada: { sudo: true } }, 'bob'],
    ['be nobody, where nobody goes', {}, undefined],
  ])('%s', (_, users, me) => {
    expect(messages(users, me)).toEqual([])
  })
})

describe('nobody locks us out:', () => {
  test('whom we log in as is not removed where nobody else is described', () => {
    expect(lockouts(usersOf({ ada: { ...admin, absent: true }, bob: { sudo: true } }), 'ada')).toEqual([
      {
        code: 'access.lockout',
        message: 'base.users removes ada, as whom Fettle logs in',
        hint: 'describe somebody else with sudo and a key first',
      },
    ])
  })

  test('whom we log in as keeps a key', () => {
    expect(messages({ ada: { sudo: true } }, 'ada')).toEqual(['base.users.ada has no key, and Fettle logs in as ada'])
  })

  test.each([
    ['the last one', { ada: { absent: true } }],
    ['the last one with a key', { ada: { absent: true }, bob: { sudo: true } }],
    ['the last one with sudo', { ada: { absent: true }, bob: { keys: [key] } }],
  ])('%s is not removed', (_, users) => {
    expect(messages(users)).toEqual(['base.users leaves nobody who can log in and become root'])
    expect(() => refuseLockout(usersOf(users), undefined)).toThrow(/leaves nobody/)
  })
})

describe('whom we log in as stays until we log in as somebody else,', () => {
  const users = usersOf({ ada: { absent: true }, bob: admin })

  test('and whom is said', () => {
    expect(leaver(users, 'ada')).toBe('ada')
    expect(leaverNotices(users, 'ada')).toEqual([
      'ada is to be removed, and Fettle logs in as ada: set ansible_user to bob, then run again to remove ada',
    ])
  })

  test.each([['bob'], [undefined], ['root']])('and goes then: as %s', (me) => {
    expect(leaver(users, me)).toBeUndefined()
    expect(leaverNotices(users, me)).toEqual([])
  })
})
