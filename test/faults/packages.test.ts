import { beforeEach, describe, expect, test } from 'vitest'
import { usePracticeHosts } from '../lab/harness.ts'
import { archiveOf, source } from '../lab/support/repository.ts'
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
/** Of those that these tests want, what is there. */
const installed = () => sh("dpkg -l tree waits 2>/dev/null | sed -n 's/^ii *\\([a-z]*\\) .*/\\1/p'")

/** The run fails, says why, and leaves dpkg in order. */
const failsLoudly = async (why: RegExp) => {
  const told = await site.fettle(...provision)
  const problem = resultOf(told, 'web1')?.problem
  expect({ exit: told.exit, code: problem?.code }).toEqual({ exit: 3, code: 'step.failed' })
  expect(problem?.detail).toMatch(why)
  expect(await audit()).toBe('')
  expect(await installed()).toBe('')
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
      `${aside}; ${archiveOf([{ name: 'tree', version: '99' }])}
       echo 'deb ${source}' >/etc/apt/sources.list`,
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
  // Longer than one who asks once more and gives up.
  const step = 's,^ *\\([0-9]*\\) /bin/sh /var/lib/fettle/steps/.*,\\1,p'
  const age = async () => Number(await sh(`ps -C sh -o etimes=,args= | sed -n '${step}' | sort -n | tail -n 1`))
  await expect.poll(age, { timeout: 60_000 }).toBeGreaterThan(20)
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
  test.each(['unpack', 'configure'] as const)('while it %ss: what it began is finished', async (phase) => {
    const waiting = ': >/run/begun; while [ -e /run/hold ]; do sleep 0.1; done'
    await sh(`: >/run/hold; ${archiveOf([{ name: 'waits', version: '99', [phase]: waiting }])}
      echo 'deb [trusted=yes] ${source}' >/etc/apt/sources.list.d/own.list`)
    await site.describe(siteYml('waits'))
    const run = site.start(provision)
    await expect.poll(async () => (await host().sh('[ -e /run/begun ]')).exit, { timeout: 60_000 }).toBe(0)
    await sh('pkill -KILL -x dpkg')
    const told = await run.told
    expect([told.exit, resultOf(told, 'web1')?.problem?.code]).toEqual([3, 'step.failed'])
    expect(await audit()).toContain('waits')
    await sh('rm /run/hold')
    const { S } = await mend(site, 'web1')
    expect(await audit()).toBe('')
    expect(await installed()).toBe('waits\n')
    report({
      row: 31,
      injected: `kill -9 of dpkg while it ${phase}s`,
      expected: 'repaired, by the next run at the latest',
      measured: { S, seen: 'dpkg was left half-way; `dpkg --audit` empty, by the next run' },
    })
  })
})
