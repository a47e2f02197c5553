import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { down, type LabOptions, status, up, variables } from '../../engine/lab/index.ts'
import { labId } from '../../engine/lab/lab-id.ts'
import { rowsForThisRun } from './support/extent.ts'
import { tracesOf } from './traces.ts'

let folder = ''
let id = ''
const options = (): LabOptions => ({ stateDir: join(folder, 'lab'), say: () => undefined })
const specs = ['a', 'b'].map((name) => ({ name, release: 'bookworm' }))
const running = async () => (await status(options())).filter(({ state }) => state === 'running').map(({ name }) => name)
const upOnce = (stateDir: string, ...names: string[]) =>
  execa(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(new URL('up-once.ts', import.meta.url)), stateDir, ...names],
    {
      reject: false,
    },
  )

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fettle-lab-'))
  id = await labId(options().stateDir)
})

afterAll(async () => {
  await down({ ...options(), purge: true })
  await rm(folder, { recursive: true, force: true })
})

test('hosts survive the process that started them, and a second up changes nothing', async () => {
  expect((await upOnce(options().stateDir, 'a', 'b')).stdout).toBe('up')
  expect(await running()).toEqual(['a', 'b'])
  const before = await tracesOf(id, options().stateDir)
  expect(before).not.toEqual([])
  await up(specs, options())
  expect(await tracesOf(id, options().stateDir)).toEqual(before)
})

test('down leaves nothing, and the next up finds addresses, keys and disks again', async () => {
  const before = await variables(options().stateDir)
  const key = await stat(join(options().stateDir, 'id_ed25519'))
  await down(options())
  expect(await tracesOf(id, options().stateDir)).toEqual([])
  expect(await status(options())).toMatchObject([{ state: 'stopped' }, { state: 'stopped' }])
  await up(specs, options())
  expect(await variables(options().stateDir)).toEqual(before)
  expect((await stat(join(options().stateDir, 'id_ed25519'))).mtimeMs).toBe(key.mtimeMs)
})

test.each(rowsForThisRun([200, 450, 700, 900, 1100, 1400, 1800]))(
  'an up that was killed after %i ms is completed by the next',
  async (moment) => {
    await down({ ...options(), purge: true })
    const first = upOnce(options().stateDir, 'a', 'b')
    await delay(moment)
    first.kill('SIGKILL')
    await first
    await up(specs, options())
    expect(await running()).toEqual(['a', 'b'])
    await down({ ...options(), purge: true })
    expect(await tracesOf(id, options().stateDir)).toEqual([])
  },
)

test('a down takes away what a killed up has left', async () => {
  const first = upOnce(options().stateDir, 'a', 'b')
  const count = async () => (await tracesOf(id, options().stateDir)).length
  await expect.poll(count, { timeout: 20_000 }).toBeGreaterThan(5)
  first.kill('SIGKILL')
  await first
  await down({ ...options(), purge: true })
  expect(await tracesOf(id, options().stateDir)).toEqual([])
})

test('a lab whose folder was deleted while it ran is cleared by up and by down', async () => {
  await up(specs, options())
  await rm(options().stateDir, { recursive: true, force: true })
  await up(specs, options())
  expect(await running()).toEqual(['a', 'b'])
  await rm(options().stateDir, { recursive: true, force: true })
  await down(options())
  expect(await tracesOf(id, options().stateDir)).toEqual([])
  await up(specs, options())
})

test('a lab moves when something else has taken its subnet, with fresh disks', async () => {
  const before = await variables(options().stateDir)
  await down(options())
  const bridge = `taken${process.pid}`
  await execa('ip', ['link', 'add', bridge, 'type', 'bridge'])
  try {
    await execa('ip', ['address', 'add', `${before.a?.ansible_host}/24`, 'dev', bridge])
    const said: string[] = []
    await up(specs, { ...options(), say: (line) => said.push(line) })
    expect(said.sort()).toEqual([
      expect.stringContaining('is in use elsewhere'),
      expect.stringContaining('a gets a fresh disk'),
      expect.stringContaining('b gets a fresh disk'),
    ])
    expect((await variables(options().stateDir)).a?.ansible_host).not.toBe(before.a?.ansible_host)
  } finally {
    await execa('ip', ['link', 'delete', bridge])
  }
})

test('several runs may ask one lab for hosts at once', async () => {
  const runs = await Promise.all([['a'], ['b', 'c'], ['c', 'd']].map((names) => upOnce(options().stateDir, ...names)))
  expect(runs.map(({ stdout }) => stdout)).toEqual(['up', 'up', 'up'])
  expect((await running()).sort()).toEqual(['a', 'b', 'c', 'd'])
  const addresses = (await status(options())).map(({ address }) => address)
  expect(new Set(addresses).size).toBe(4)
})

test('two labs live side by side', async () => {
  const other = { ...options(), stateDir: join(folder, 'other') }
  try {
    await up([{ name: 'a', release: 'bookworm' }], other)
    const [ours, theirs] = [await variables(options().stateDir), await variables(other.stateDir)]
    expect(theirs.a?.ansible_host).not.toBe(ours.a?.ansible_host)
    await down(options())
    expect(await status(other)).toMatchObject([{ state: 'running' }])
  } finally {
    await down({ ...other, purge: true })
  }
  expect(await tracesOf(await labId(other.stateDir), other.stateDir)).toEqual([])
})

test('up is cancelled with a code', async () => {
  await expect(up(specs, { ...options(), signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' })
})
