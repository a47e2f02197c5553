import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { hostname, userInfo } from 'node:os'
import { expect, test } from 'vitest'
import { isAlive, originOf } from '../../../cli/origin.ts'

test('this process, its account and its machine', () => {
  const { process: own, ...origin } = originOf()
  expect(origin).toEqual({ who: userInfo().username, from: hostname() })
  expect(own.pid).toBe(process.pid)
  expect(isAlive(own)).toBe(true)
})

test('a process that has its number is another one', () => {
  const { process: own } = originOf()
  expect(isAlive({ ...own, began: `${own.began}0` })).toBe(false)
})

test('a number is all there is where the kernel does not say more', async () => {
  const child = spawn('cat')
  const pid = child.pid ?? 0
  expect(isAlive({ pid, began: null })).toBe(true)
  child.kill()
  await once(child, 'exit')
  expect(isAlive({ pid, began: null })).toBe(false)
})
