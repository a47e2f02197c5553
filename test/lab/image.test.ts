import { access, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pruneImages } from '../../engine/lab/image-prune.ts'
import { down, type LabOptions, type LabState, up } from '../../engine/lab/index.ts'
import { tracesOf } from './traces.ts'

let folder = ''
const options = (): LabOptions => ({
  stateDir: join(folder, 'lab'),
  cacheDir: join(folder, 'cache'),
  say: () => undefined,
})

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fettle-image-'))
})

afterAll(async () => {
  await down({ ...options(), purge: true })
  await rm(folder, { recursive: true, force: true })
})

test('a base image whose making was killed is made anew and never used half-made', async () => {
  const { stateDir, cacheDir = '' } = options()
  const script = fileURLToPath(new URL('up-once.ts', import.meta.url))
  const first = execa(process.execPath, ['--import', 'tsx', script, stateDir, 'a'], {
    env: { LAB_CACHE: cacheDir },
    detached: true,
    reject: false,
  })
  const unpacked = async () => {
    const [building = ''] = (await readdir(join(cacheDir, 'images')).catch(() => [])).filter((name) =>
      name.endsWith('.building'),
    )
    return access(join(cacheDir, 'images', building, 'etc/passwd')).then(() => building !== '')
  }
  await expect.poll(() => unpacked().catch(() => false), { timeout: 120_000 }).toBe(true)
  process.kill(-(first.pid ?? Number.NaN), 'SIGKILL')
  await first
  // What the program that was killed had started ends a moment later.
  await expect.poll(() => tracesOf('no-lab-yet', join(cacheDir, 'images')), { timeout: 30_000 }).toEqual([])
  await up([{ name: 'a', release: 'bookworm' }], options())
  const images = await readdir(join(cacheDir, 'images'))
  expect(images.filter((name) => !name.endsWith('.lock'))).toEqual([expect.stringMatching(/^bookworm-.*-\d{8}$/)])
}, 600_000)

test('images that nobody needs are deleted, and never one that a running host stands on', async () => {
  const images = join(options().cacheDir ?? '', 'images')
  const lost = 'bookworm-000000000000-20200101'
  await mkdir(join(images, lost, 'etc'), { recursive: true })
  await writeFile(join(images, `${lost}.lock`), '')
  const longAgo = new Date('2020-01-02')
  for (const lock of (await readdir(images)).filter((name) => name.endsWith('.lock')))
    await utimes(join(images, lock), longAgo, longAgo)
  await rm(join(options().cacheDir ?? '', 'labs'), { recursive: true })
  const another: LabState = { format: 1, id: '000000', subnet: '', disks: '', hosts: {} }
  await pruneImages(another, { ...options(), stateDir: join(folder, 'another') })
  expect((await readdir(images)).map((name) => name.replace(/-\d{8}/, ''))).toEqual([
    expect.stringMatching(/^bookworm-(?!0{12})[0-9a-f]{12}$/),
    expect.stringMatching(/^bookworm-(?!0{12})[0-9a-f]{12}\.lock$/),
  ])
})
