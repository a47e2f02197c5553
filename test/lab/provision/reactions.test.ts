import { beforeEach, describe, expect, test } from 'vitest'
import { reboot } from '../../../engine/lab/index.ts'
import { usePracticeHosts } from '../harness.ts'
import { type Site, useSite } from '../support/site.ts'
import { deedsOf, nothing, planOf } from '../support/told.ts'

const lab = usePracticeHosts(['web1'])
const host = () => lab.host('web1')
const provision = ['provision', '--yes', '--json']

/** What the service counted since it was last asked. */
const counted = async () => (await host().sh('cat /var/log/counter; : >/var/log/counter')).stdout

const siteYml = (settings: object) =>
  JSON.stringify({ name: 'reactions', groups: { web: { counter: settings, pieces: {} } } })

const counterSite = (settings: object = {}) => useSite({ siteYml: siteYml(settings), hosts: { web: [host()] } })

/** In force on the host, with the counter at zero. */
const provisioned = async (settings: object = {}): Promise<Site> => {
  const site = await counterSite(settings)
  const { exit, stderr } = await site.fettle(...provision)
  expect({ exit, stderr: exit === 0 ? '' : stderr }).toEqual({ exit: 0, stderr: '' })
  await counted()
  return site
}

const provisionInOrder = async (site: Site) => expect(deedsOf(await site.fettle(...provision), 'web1')).toEqual(nothing)

/** A run that dies when the new file is in place and the service has not noticed. */
const killedBeforeReaction = async (site: Site, settings: object = {}) => {
  await site.describe(siteYml({ holds: true, config: 'two', ...settings }))
  await host().sh('touch /run/hold')
  const run = site.start(provision)
  await expect.poll(async () => (await host().sh('cat /etc/counter/config')).stdout, { timeout: 60_000 }).toBe('two\n')
  run.kill()
  expect((await run.told).exit).toBeNull()
  await host().sh('rm /run/hold')
}

beforeEach(async () => {
  await host().sh(`
systemctl disable --now counter.service 2>/dev/null
rm -rf /etc/systemd/system/counter.service /etc/counter /var/log/counter /var/lib/fettle /run/counter-refuses /run/hold
systemctl daemon-reload`)
})

describe('a reload that a killed run did not get to', () => {
  test.each([
    ['by the same run again', (site: Site) => site.fettle(...provision)],
    ['by a run that is limited to another role', (site: Site) => site.fettle(...provision, '--roles', 'pieces')],
    ['by a run from another machine', async (site: Site) => (await site.elsewhere()).fettle(...provision)],
  ])('is made up for once, %s', async (_, next) => {
    const site = await provisioned()
    await killedBeforeReaction(site)
    expect(deedsOf(await next(site), 'web1')).toEqual({ ...nothing, reacted: ['reload counter.service'] })
    await provisionInOrder(site)
    expect(await counted()).toBe('reload\n')
  })

  test('is announced as owed, with what it is owed for', async () => {
    const site = await provisioned()
    await killedBeforeReaction(site)
    const told = await site.fettle('plan', '--json')
    expect(told.exit).toBe(2)
    expect(planOf(told, 'web1')).toMatchObject({
      changes: [],
      reactions: [{ unit: 'counter.service', asks: 'reload', because: ['file:/etc/counter/config'], owed: true }],
    })
  })

  test.each([
    ['the service was restarted by hand', () => host().sh('systemctl restart counter')],
    ['the service was stopped and started', () => host().sh('systemctl stop counter; systemctl start counter')],
    ['the host was rebooted', () => reboot('web1', lab.options)],
  ])('is owed no longer when %s', async (_, pay) => {
    const site = await provisioned()
    await killedBeforeReaction(site)
    await pay()
    await counted()
    expect(deedsOf(await site.fettle(...provision), 'web1')).toEqual(nothing)
    expect(await counted()).toBe('')
  })

  test('is not owed by a service that does not run, nor when it is started again', async () => {
    const site = await provisioned({ runs: false })
    await host().sh('systemctl start counter')
    await provisionInOrder(site)
    await killedBeforeReaction(site, { runs: false })
    await host().sh('systemctl stop counter')
    await provisionInOrder(site)
    await host().sh('systemctl start counter')
    await provisionInOrder(site)
  })

  test('was a restart and is made up for by one', async () => {
    const site = await provisioned({ asks: 'restart' })
    await killedBeforeReaction(site, { asks: 'restart' })
    const paying = await site.fettle(...provision)
    expect(deedsOf(paying, 'web1')).toEqual({ ...nothing, reacted: ['restart counter.service'] })
    await provisionInOrder(site)
    expect(await counted()).toBe('start\n')
  })
})

describe('a reload that fails', () => {
  test('stays owed, is listed, and is tried again', async () => {
    const site = await provisioned()
    await site.describe(siteYml({ config: 'two' }))
    await host().sh('touch /run/counter-refuses')
    const first = await site.fettle(...provision)
    const owing = { ...nothing, exit: 3, owed: ['counter.service'] }
    expect(deedsOf(first, 'web1')).toEqual({ ...owing, changed: ['file:/etc/counter/config'] })
    const second = await site.fettle('provision', '--yes')
    expect(second.exit).toBe(3)
    const said = second.stdout + second.stderr
    for (const words of ['still owed from before', 'it refuses', 'still owed: counter.service'])
      expect(said).toContain(words)
    await host().sh('rm /run/counter-refuses')
    expect(deedsOf(await site.fettle(...provision), 'web1')).toEqual({
      ...nothing,
      reacted: ['reload counter.service'],
    })
    await provisionInOrder(site)
    expect(await counted()).toBe('reload\n')
  })
})

describe('a service that ran before Fettle came, with the very files that are described', () => {
  const adopt = async (script: string): Promise<Site> => {
    await provisioned()
    await host().sh(`rm -r /var/lib/fettle; ${script}; : >/var/log/counter`)
    return counterSite()
  }

  test('owes a reload if it is older than its files', async () => {
    const site = await adopt('cp /etc/counter/config /root && mv /root/config /etc/counter/config')
    expect(planOf(await site.fettle('plan', '--json'), 'web1')).toMatchObject({
      changes: [],
      reactions: [{ unit: 'counter.service', asks: 'reload', because: ['file:/etc/counter/config'], owed: true }],
    })
    expect(deedsOf(await site.fettle(...provision), 'web1')).toEqual({
      ...nothing,
      reacted: ['reload counter.service'],
    })
    await provisionInOrder(site)
    expect(await counted()).toBe('reload\n')
  })

  test('owes nothing if it is newer', async () => {
    await provisionInOrder(await adopt('systemctl restart counter'))
    expect(await counted()).toBe('')
  })
})
