import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { usePracticeHosts } from '../lab/harness.ts'
import { type Site, type Told, useSite } from '../lab/support/site.ts'
import { deedsOf, nothing } from '../lab/support/told.ts'
import { provision } from './support/again.ts'
import { report } from './support/report.ts'

const lab = usePracticeHosts(['web1'])
const host = () => lab.host('web1')

/** Goes no further while /run/hold is there. */
const held = {
  script: 'touch /run/begun; while [ -e /run/hold ]; do sleep 0.1; done; : >/srv/one',
  creates: '/srv/one',
}
const siteYml = (commands: object) =>
  JSON.stringify({ name: 'clock', groups: { web: { counter: {}, pieces: { commands } } } })

const folder = mkdtempSync(join(tmpdir(), 'fettle-clock-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The controller's clock goes wrong; a practice host has its machine's, which nobody may set. */
const shifted = async (milliseconds: number, site: Site, args: readonly string[]): Promise<Told> => {
  const file = join(folder, 'clock.cjs')
  writeFileSync(
    file,
    `const real = Date
globalThis.Date = class extends real {
  constructor(...given) { super(...(given.length > 0 ? given : [real.now() + ${milliseconds}])) }
  static now() { return real.now() + ${milliseconds} }
}`,
  )
  const before = process.env.NODE_OPTIONS
  process.env.NODE_OPTIONS = `--require=${file}`
  const run = site.start(args)
  if (before === undefined) delete process.env.NODE_OPTIONS
  else process.env.NODE_OPTIONS = before
  return run.told
}

let site: Site
beforeAll(async () => {
  site = await useSite({ siteYml: siteYml({}), hosts: { web: [host()] } })
  expect((await site.fettle(...provision)).exit).toBe(0)
})

const day = 86_400_000

test.each([
  ['fast', day],
  ['slow', -day],
])(
  'the clock of a controller is a day %s: it takes no lease that is held, and finds nothing to do',
  async (how, shift) => {
    await host().sh('rm -f /run/begun /srv/one; : >/run/hold')
    await site.describe(siteYml({ one: held }))
    const first = site.start(provision)
    await expect.poll(async () => (await host().sh('[ -e /run/begun ]')).exit, { timeout: 60_000 }).toBe(0)
    const other = await site.elsewhere()
    const told = await shifted(shift, other, ['provision', '--yes'])
    expect([told.exit, told.stderr]).toEqual([1, expect.stringContaining('error[lease.held] on web1')])
    await host().sh('rm /run/hold')
    expect((await first.told).exit).toBe(0)
    expect(deedsOf(await shifted(shift, other, provision), 'web1')).toEqual(nothing)
    report({
      row: 28,
      injected: `a controller whose clock is a day ${how}`,
      expected: 'no lease is taken over',
      measured: { S: 0, seen: 'lease.held; nothing to do when it was free' },
    })
  },
)
