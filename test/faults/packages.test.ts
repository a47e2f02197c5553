import { beforeEach, describe, expect, test } from 'vitest'
import { usePracticeHosts } from '../lab/harness.ts'
import { type Site, useSite } from '../lab/support/site.ts'
import { resultOf } from '../lab/support/told.ts'
import { mend, provision } from './support/again.ts'
import { report } from './support/report.ts'

const lab = usePracticeHosts(['web1'])
const host = () => lab.host('web1')
const sh = async (script: string) => {
  const { exit, stdout, stderr } = await host().sh(script)
  if (exit !== 0) throw new Error(`${script}: ${stderr}`)
  return stdout
}

let site: Site
beforeEach(async () => {
  await lab.reset('web1')
  site = await useSite({ siteYml: siteYml('tree'), hosts: { web: [host()] } })
})

const siteYml = (name: string) =>
  JSON.stringify({ name: 'packages', groups: { web: { pieces: { packages: [name] } } } })

const audit = () => sh('dpkg --audit')

/** The run fails, says why, and leaves dpkg in order. */
const failsLoudly = async (why: RegExp) => {
  const told = await site.fettle(...provision)
  const problem = resultOf(told, 'web1')?.problem
  expect({ exit: told.exit, code: problem?.code }).toEqual({ exit: 3, code: 'step.failed' })
  expect(problem?.detail).toMatch(why)
  expect(await audit()).toBe('')
}

const aside = 'mkdir /root/apt && mv /etc/apt/sources.list* /root/apt/ && rm -rf /var/lib/apt/lists/*'
const back = 'rm -rf /etc/apt/sources.list* && mv /root/apt/* /etc/apt/'

describe('a source of packages', () => {
  test.each([
    [
      'that is down',
      `${aside}; echo 'deb http://127.0.0.1:9/debian bookworm main' >/etc/apt/sources.list`,
      /Could not connect to 127\.0\.0\.1:9|Connection refused/,
    ],
    [
      'that nobody has signed',
      `${aside}; mkdir -p /srv/repository; cd /srv/repository; : >Packages
       printf 'Date: %s\\nSHA256:\\n %s 0 Packages\\n' "$(date -Ru | sed 's/+0000/UTC/')" "$(sha256sum <Packages | cut -d' ' -f1)" >Release
       echo 'deb file:/srv/repository ./' >/etc/apt/sources.list`,
      /is not signed/,
    ],
  ])('%s: the run fails and says so, and dpkg is in order', async (what, break_, why) => {
    await sh(break_)
    await failsLoudly(why)
    await sh(back)
    const { S } = await mend(site, 'web1')
    report({
      row: 29,
      injected: `a source of packages ${what}`,
      expected: 'a loud failure, dpkg in order',
      measured: { S, seen: 'step.failed with the words of apt, `dpkg --audit` empty' },
    })
  })
})

test('the locks of apt are held by somebody else: the run waits, and goes on when they are free', async () => {
  await sh(`: >/run/hold; systemd-run -q --collect --unit=other sh -c '
    apt-get update && apt-get -y -o "DPkg::Pre-Invoke::=: >/run/holds; while [ -e /run/hold ]; do sleep 0.1; done" install bc'`)
  await expect.poll(async () => (await host().sh('[ -e /run/holds ]')).exit, { timeout: 60_000 }).toBe(0)
  const run = site.start(provision)
  const waits = async () => (await host().sh('cat /var/lib/fettle/steps/*/output')).stdout
  await expect.poll(waits, { timeout: 60_000 }).toMatch(/Waiting for cache lock|Could not get lock/)
  await sh('rm /run/hold')
  const told = await run.told
  expect(told.exit, told.stderr).toBe(0)
  expect(await audit()).toBe('')
  const { S } = await mend(site, 'web1')
  report({
    row: 30,
    injected: 'the locks of apt held by an installation of somebody else',
    expected: 'it waits, and goes on when they are free',
    measured: { S, seen: 'waited, then installed' },
  })
})

describe('dpkg is killed', () => {
  // Killed before it has written anything down, it is called once more by the same run.
  test.each([
    ['unpack', [0, 3]],
    ['configure', [3]],
  ])('while it %ss: what it began is finished', async (phase, exits) => {
    // Large enough to be met in the middle.
    await site.describe(siteYml('nginx'))
    await sh(`systemd-run -q --collect --unit=killer sh -c '
      until pkill -KILL -f "^/usr/bin/dpkg .*--${phase} "; do :; done; : >/run/killed'`)
    const told = await site.fettle(...provision)
    await sh('[ -e /run/killed ]')
    expect(exits).toContain(told.exit)
    expect(resultOf(told, 'web1')?.problem?.code).toBe(told.exit === 0 ? undefined : 'step.failed')
    const before = (await audit()) === '' ? 'in order' : 'half-way'
    const mendedBy = told.exit === 0 ? 'the same run' : 'the next run'
    const { S } = await mend(site, 'web1')
    expect(await audit()).toBe('')
    expect(await sh("dpkg -l nginx | grep -c '^ii '")).toBe('1\n')
    report({
      row: 31,
      injected: `kill -9 of dpkg while it ${phase}s`,
      expected: 'repaired, by the next run at the latest',
      measured: { S, seen: `dpkg was left ${before}; \`dpkg --audit\` empty, by ${mendedBy}` },
    })
  })
})
