import { createHash } from 'node:crypto'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { controller, cut, heal } from '../../../engine/lab/index.ts'
import { problemsIn } from '../../cli/support/problems.ts'
import { usePracticeHosts } from '../harness.ts'
import { rowsForThisRun } from '../support/extent.ts'
import type { Site, Told } from '../support/site.ts'
import { expectDone } from '../support/told.ts'
import { lookAt, refused, served, siteOf, useShop } from './deploy-support.ts'

const lab = usePracticeHosts(['web1', 'web2', 'lb1'])
const web1 = async (script: string) => (await lab.host('web1').sh(script)).stdout
const told = ({ exit, stdout, stderr }: Told) => ({ exit, problems: problemsIn(stdout + stderr) })
let site: Site
beforeAll(async () => {
  site = await useShop(lab)
  await site.describe(siteOf({ source: { build: 'npm run --silent build && mv ballast dist/' } }))
})

/** Bytes that nothing makes fewer on their way. */
const weigh = (megabytes: number) =>
  execa('dd', ['if=/dev/urandom', `of=${join(site.folder, 'shop/ballast')}`, 'bs=1M', `count=${megabytes}`])

const deploy = (version: string, ...more: readonly string[]) =>
  site.fettle('deploy', '--version', version, '--yes', ...more)

interface Built {
  /** On the controller. */
  readonly file: string
  /** On a host, while it comes in. */
  readonly partial: string
  readonly release: string
}

/** What a deploy of the version will send, which need not have been built before. */
const built = async (version: string): Promise<Built> => {
  expect((await deploy(version, '--plan')).exit).toBe(2)
  const folder = join(site.folder, '.fettle/releases/shop')
  const name = (await readdir(folder)).find((each) => each.startsWith(`${version}-`)) ?? ''
  const release = name.replace('.tar.gz', '')
  return { file: join(folder, name), partial: `/srv/shop/releases/.${name}`, release }
}

const sumOf = (content: Buffer) => createHash('sha256').update(content).digest('hex')
const ballastOn = async (release: string) =>
  (await web1(`sha256sum </srv/shop/releases/${release}/dist/ballast`)).replace(/ .*\n/, '')
const leftovers = () => web1('ls -A /srv/shop/releases | grep "^[.]"')

describe('a disk with too little room', () => {
  /** A file system of its own for all of the shop, with what is there. */
  const small = (options: string) =>
    web1(`
cp -a /srv/shop /srv/kept && mount -t tmpfs -o ${options},mode=755 tmpfs /srv/shop && cp -a /srv/kept/. /srv/shop/`)

  afterEach(async () => {
    await web1('umount /srv/shop; rm -rf /srv/kept')
  })

  test.each([
    ['bytes', 'size=40m', /^web1: \/srv\/shop has 4\d MB and \d+ files free, 5\d MB and \d{3} are wanted$/],
    ['files', 'nr_inodes=150', /^web1: \/srv\/shop has \d{4,} MB and \d\d files free, 5\d MB and \d{3} are wanted$/],
  ])('of %s: nothing is sent', async (_, options, detail) => {
    await weigh(12)
    await small(options)
    expect(told(await refused(lab, () => deploy('v2')))).toEqual({
      exit: 1,
      problems: [
        {
          code: 'release.room',
          message: expect.stringMatching(/^there is no room for v2-[0-9a-f]{12}$/),
          detail: expect.stringMatching(detail),
          hint: expect.stringContaining('must fit twice'),
        },
      ],
    })
    expect(await leftovers()).toBe('')
  })
})

describe('an upload that was cut short', () => {
  const damages: readonly (readonly [string, (whole: Buffer) => Buffer])[] = [
    ['and altered', (whole) => altered(whole.subarray(0, 5_000_000))],
    ['or is complete, and altered', altered],
    ['or is longer than it should be', (whole) => Buffer.concat([whole, Buffer.from('more')])],
  ]

  test.each(rowsForThisRun(damages))('%s: it is noticed, and sent once more', async (_, damage) => {
    await weigh(12)
    const { file, partial, release } = await built('v3')
    await put(damage(await readFile(file)), partial)
    expectDone(await deploy('v3'))
    expect(await served(lab)).toEqual(['v3'])
    expect(await ballastOn(release)).toBe(sumOf(await readFile(join(site.folder, 'shop/ballast'))))
    expect(await leftovers()).toBe('')
    await back()
  })

  test('goes on where it was, with the rest alone', async () => {
    await weigh(60)
    const { file, partial, release } = await built('v4')
    const { size } = await stat(file)
    const before = await lookAt(lab)
    const run = site.start(['deploy', '--version', 'v4', '--yes'])
    const come = async () => Number(await web1(`stat -c %s ${partial} || echo 0`))
    await expect.poll(come, { timeout: 120_000, interval: 10 }).toBeGreaterThan(0)
    await cut(controller, 'web1', lab.options)
    const answer = await run.told
    await heal(lab.options)
    expect(told(answer)).toMatchObject({ exit: 4, problems: [{ code: 'connection.lost', host: 'web1' }] })
    const there = await come()
    expect(there).toBeGreaterThan(0)
    expect(there).toBeLessThan(size)
    expect(await lookAt(lab)).toEqual(before.map((each) => (each.startsWith('web2') ? expect.any(String) : each)))
    const received = async () => Number(await web1('cat /sys/class/net/host0/statistics/rx_bytes'))
    const earlier = await received()
    expectDone(await deploy('v4', '--wait'))
    const sent = (await received()) - earlier
    expect(sent).toBeLessThan((size - there) * 1.05 + 2_000_000)
    expect(await ballastOn(release)).toBe(sumOf(await readFile(join(site.folder, 'shop/ballast'))))
    await back()
  })
})

function altered(content: Buffer): Buffer {
  const copy = Buffer.from(content)
  copy.fill(0, 4_000_000, 4_000_100)
  return copy
}

/** Writes a file on web1. */
const put = async (content: Buffer, path: string): Promise<void> => {
  const { address, user, keyFile, knownHosts } = lab.host('web1')
  const options = ['-F', 'none', '-o', 'BatchMode=yes', '-o', `UserKnownHostsFile=${knownHosts}`, '-i', keyFile]
  await execa('ssh', [...options, `${user}@${address}`, `sudo -n tee ${path} >/dev/null`], { input: content })
}

const back = async (): Promise<void> => {
  expectDone(await site.fettle('rollback', '--to', 'v1', '--yes'))
  await Promise.all(['web1', 'web2'].map((name) => lab.host(name).sh('rm -rf /srv/shop/releases/v[2-9]*')))
  await rm(join(site.folder, '.fettle/releases'), { recursive: true })
}
