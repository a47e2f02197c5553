import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Event } from '../../../engine/core/event.ts'
import { powerOff, start } from '../../../engine/lab/index.ts'
import { type PracticeHost, usePracticeHosts } from '../harness.ts'
import { seeded } from '../support/random.ts'
import { type Site, useSite } from '../support/site.ts'
import { type Snapshot, snapshot } from '../support/snapshot.ts'
import { deedsOf, nothing, resultOf } from '../support/told.ts'

const releases = ['bookworm', 'trixie'] as const
const lab = usePracticeHosts(releases.map((release) => ({ name: release, release })))
const seed = Number(process.env.FETTLE_SEED ?? Math.floor(Math.random() * 2 ** 31))
const provision = ['provision', '--yes', '--json']

/** Of everything a little, and one package that brings users, units and files of its own. */
const siteYml = JSON.stringify({
  name: 'twin',
  groups: {
    web: {
      base: {
        packages: ['less'],
        securityUpgrades: { enabled: false },
        timezone: 'Europe/Berlin',
        users: {
          ada: {
            keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB0p8gB0o7vJ0o6Zk0bqFvFfD1M2p5n8Kk3Xr9cZ0aBc ada'],
            sudo: true,
          },
        },
      },
      nginx: {
        sites: { shop: { default: true, servedBy: true, root: '/srv/www/shop', content: { 'index.html': 'hello\n' } } },
      },
      counter: { asks: 'restart' },
      pieces: {
        packages: ['tree'],
        groups: ['crew'],
        directories: { '/srv/data': '2750' },
        files: {
          '/srv/data/secret': { content: 'a secret\n', owner: 'ada', mode: '0600' },
          '/etc/issue': { content: 'hello\n' },
        },
        links: { '/srv/current': '/srv/www/shop' },
        sysctls: { 'net.ipv4.ip_nonlocal_bind': '1' },
        dropIns: { 'cron.service': '[Service]\nNice=5\n' },
        units: { 'sweep.service': '[Service]\nType=oneshot\nExecStart=/bin/true\n' },
        timers: { sweep: 'daily' },
      },
    },
  },
})

/** A place in a run: after so many steps are done, and then so far into the next one. */
interface Moment {
  readonly steps: number
  /** Milliseconds. */
  readonly delay: number
}

/** The undisturbed run: what it came to, and when which step was done. */
const undisturbed = async (site: Site, host: PracticeHost) => {
  const steps: { readonly title: string; readonly at: number }[] = []
  const hear = (event: Event) => {
    if (event.type === 'host.performing') steps.push({ title: 'begin', at: performance.now() })
    if (event.type === 'step.done') steps.push({ title: event.title, at: performance.now() })
  }
  const told = await site.start(provision, hear).told
  expect(resultOf(told, host.name)).toMatchObject({ outcome: 'changed', owed: [] })
  return { steps, twin: await snapshot(host), running: await inForce(host) }
}

/** What the services run with, beyond what any file says. */
const inForce = async (host: PracticeHost): Promise<string> => {
  const page = await fetch(`http://${host.address}/`)
  const { stdout } = await host.sh(`
for unit in nginx counter systemd-journald cron; do
  systemctl show -P ActiveState -P UnitFileState -P NeedDaemonReload -P Nice "$unit.service" | paste -sd' '
done
journalctl --header | grep -q /var/log/journal && echo the journal is kept
changed=$(stat -c %Z /etc/systemd/journald.conf.d/fettle.conf)
[ "$changed" -le "$(date -d "$(systemctl show -P ActiveEnterTimestamp systemd-journald)" +%s)" ] && echo journald has read its file
[ "$(tail -n 1 /var/log/counter)" = start ] && echo counter has started`)
  return `${page.headers.get('x-served-by')} ${await page.text()}${stdout}`
}

/** Ends a run with a kill. Steps that are done again after an earlier kill count like those that were not. */
const killAt = async (site: Site, { steps, delay }: Moment): Promise<void> => {
  let left = steps
  let reached = () => {}
  const there = new Promise<void>((resolve) => {
    reached = resolve
  })
  const run = site.start(provision, ({ type }) => {
    if ((type === 'host.performing' || type === 'step.done') && left-- === 0) reached()
  })
  await Promise.race([there.then(() => wait(delay)), run.told])
  run.kill()
  await run.told
}

/** Nothing ends in order then: what a package was about to do is left half-way. */
const pullThePlug = async (name: string): Promise<void> => {
  await powerOff(name, lab.options)
  await start(name, lab.options)
}

/** Each life of a host has two runs that are killed, and one that is not. In the first one the host goes down as well. */
const lives = { bookworm: 3, trixie: 2 }

describe.concurrent.each(releases)('runs on %s that are killed at any moment', (release) => {
  test('are completed by the next one, as if nothing had happened', { timeout: 600_000 }, async () => {
    const host = lab.host(release)
    const site = await useSite({ siteYml, hosts: { web: [host] } })
    const { steps, twin, running } = await undisturbed(site, host)
    const random = seeded(seed + releases.indexOf(release))
    const gapAfter = (step: number) => (steps[step + 1]?.at ?? 0) - (steps[step]?.at ?? 0)
    const longest = steps.reduce((best, _, step) => (gapAfter(step) > gapAfter(best) ? step : best), 0)
    const within = (step: number) => Math.round(random() * gapAfter(step))
    const draw = (from: number): Moment => {
      const step = from + Math.floor(random() * (steps.length - 1 - from))
      return { steps: step - from, delay: within(step) }
    }
    const say = (what: string) => process.stderr.write(`FETTLE_SEED=${seed} ${release}: ${what}\n`)
    for (let life = 0; life < lives[release]; life++) {
      await lab.reset(release)
      // Once in every run of this test while packages are unpacked, which takes longest.
      const first = life === 0 ? { steps: longest, delay: within(longest) } : draw(0)
      say(`killed ${first.delay} ms after step ${first.steps} (${steps[first.steps]?.title})`)
      await killAt(site, first)
      if (life === 0) await pullThePlug(release)
      const second = draw(first.steps)
      say(`killed again ${second.delay} ms after ${second.steps} further steps`)
      await killAt(site, second)
      const about = `FETTLE_SEED=${seed}`
      const next = await site.fettle(...provision)
      expect(resultOf(next, release)?.problem, about).toBeUndefined()
      expect(next.exit, about).toBe(0)
      expectAlike(withoutKey(await snapshot(host)), withoutKey(twin), about)
      expect(await inForce(host), about).toBe(running)
      expect(deedsOf(await site.fettle(...provision), release), about).toEqual(nothing)
    }
  })
})

/** A unit that was started has paid, even if the run was killed before it wrote that down; that nothing is owed is asked of a plan. */
const isLedger = (key: string) => /^(owed|paid) /.test(key)

/** Each host has a key of its own, with which it writes down what is private. */
const withoutKey = (snapshot: Snapshot): Snapshot =>
  Object.fromEntries(
    Object.entries(snapshot)
      .filter(([key]) => key !== 'content /var/lib/fettle/key')
      .map(([key, value]) => [key, value.replace(/keyed:\w+/g, 'keyed')]),
  )

const expectAlike = (found: Snapshot, twin: Snapshot, about: string) => {
  const differing = [...new Set([...Object.keys(found), ...Object.keys(twin)])].filter(
    (key) => found[key] !== twin[key] && !isLedger(key),
  )
  expect(Object.fromEntries(differing.map((key) => [key, [found[key], twin[key]]])), about).toEqual({})
}
