import { expect, test } from 'vitest'
import { authorizedKeys } from '../../../engine/facts/authorized-keys.ts'
import { groups } from '../../../engine/facts/groups.ts'
import { users } from '../../../engine/facts/users.ts'
import { ask, recall } from './ask.ts'

test('users with hostile comments and homes', () => {
  const [root, eve, odd, nobody] = recall(users, 'users', 'root', 'eve', 'odd', 'nobody-here')
  expect(root).toMatchObject({ uid: 0, group: 'root', groups: [], home: '/root', password: 'locked' })
  expect(eve).toEqual({
    uid: 1001,
    group: 'eve',
    groups: ['audio', 'shadow'],
    comment: 'Ádá $(id) "q" `x`',
    home: '/home/eve',
    shell: '/bin/sh',
    password: 'locked',
    expires: null,
  })
  expect(odd).toMatchObject({ group: 'nogroup', home: '/srv/a b|c', password: 'empty' })
  expect(nobody).toBeNull()
})

test('nobody that was asked for is there', () => {
  expect(users.parse(':\npassword:root:set\ngroup:root:0:\n', ['ada'])).toEqual([null])
})

test('this machine has a root', () => {
  expect(ask(users, 'nobody-here', 'root')).toMatchObject([null, { uid: 0, home: '/root' }])
  expect(ask(groups, 'nobody-here', 'root')).toEqual([null, { gid: 0 }])
  expect(ask(groups, 'nobody-here')).toEqual([null])
})

test('groups', () => {
  expect(recall(groups, 'groups', 'shadow', 'nope')).toEqual([{ gid: 42 }, null])
})

test('keys are read as their user reads them: a link to the shadow file shows nothing', () => {
  const [root, eve, odd, nope] = recall(authorizedKeys, 'authorized-keys', 'root', 'eve', 'odd', 'nope')
  expect(root).toMatchObject({ home: '/root', directory: { mode: '0700' }, file: { type: 'absent' }, text: null })
  expect(eve).toMatchObject({
    group: '1001',
    file: { type: 'file', owner: 'eve', mode: '0600' },
    text: '# mine\nssh-ed25519 AAAAC3Nza eve@"home"\n',
  })
  expect(odd).toMatchObject({
    home: '/srv/a b|c',
    directory: { owner: 'root' },
    file: { target: '/etc/shadow' },
    text: null,
  })
  expect(nope).toBeNull()
})
