import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { tryLock, withLock } from '../../../engine/lab/lock.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fettle-lock-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('tasks under one lock run one after the other', async () => {
  const file = join(folder, 'below', 'lock')
  let inside = 0
  let most = 0
  const task = async () => {
    most = Math.max(most, ++inside)
    await new Promise(setImmediate)
    inside--
  }
  await Promise.all([1, 2, 3, 4].map(() => withLock(file, task)))
  expect(most).toBe(1)
})

test('a lock is given back when its task fails', async () => {
  const file = join(folder, 'lock')
  await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  const release = await tryLock(file)
  expect(release).not.toBeNull()
  expect(await tryLock(file)).toBeNull()
  await release?.()
})

test('who waited for a file that has been replaced since waits for the one that others see', async () => {
  const file = join(folder, 'lock')
  const holder = await tryLock(file)
  let isFree = false
  const replace = async () => {
    await rm(file)
    const other = await tryLock(file)
    await holder?.()
    await delay(200)
    isFree = true
    await other?.()
  }
  expect(await withLock(file, async () => isFree, { waiting: () => void replace() })).toBe(true)
})

test('waiting ends when it is cancelled', async () => {
  const file = join(folder, 'lock')
  const release = await tryLock(file)
  const cancel = new AbortController()
  const waiter = withLock(file, () => Promise.resolve(), { signal: cancel.signal, waiting: () => cancel.abort() })
  await expect(waiter).rejects.toMatchObject({ code: 'cancelled' })
  await release?.()
})
