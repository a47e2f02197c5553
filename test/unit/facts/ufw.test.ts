import { expect, test } from 'vitest'
import { ufw } from '../../../engine/facts/ufw.ts'
import { recall } from './ask.ts'

test('reads what ufw is told, and what the kernel does', () => {
  const [answer] = recall(ufw, 'ufw', null)
  expect(answer?.installed).toBe(true)
  expect(answer?.files['/etc/ufw/ufw.conf']).toEqual(['ENABLED=yes', 'LOGLEVEL=low'])
  expect(answer?.files['/etc/ufw/before6.rules']).toEqual([])
  expect(answer?.kernel[4]?.[0]).toBe('-P INPUT DROP')
  expect(answer?.kernel[6]?.at(-1)).toBe('-A ufw6-user-input -p tcp -m tcp --dport 9999 -j ACCEPT')
})

test.each([
  ['no ufw', '', false],
  ['no IPv6', 'installed\n4|-P INPUT DROP\n', true],
])('%s', (_, output, installed) => {
  const [answer] = ufw.parse(output, [null])
  expect(answer).toMatchObject({ installed, kernel: { 6: null } })
})
