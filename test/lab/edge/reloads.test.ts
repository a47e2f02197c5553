import { beforeAll, describe, expect, test } from 'vitest'
import { startLoadApart } from '../../load/support/apart.ts'
import { hitsIn, isOut, troublesIn } from '../../load/witness/samples.ts'
import { watchBalancer } from '../../load/witness/watch.ts'
import { usePracticeHosts } from '../harness.ts'
import { does } from '../support/does.ts'
import { type Site, useSite } from '../support/site.ts'
import { expectDone } from '../support/told.ts'
import { balancerOfEachRelease } from './releases.ts'

const lab = usePracticeHosts([...balancerOfEachRelease, 'web1', 'web2'])
const versions = [
  ['lb1', '2.6'],
  ['lb2', '3.0'],
  ['lb3', '3.2'],
] as const

const siteYml = JSON.stringify({
  name: 'edge',
  groups: {
    web: {
      nginx: {
        sites: { docs: { port: 8080, default: true, root: '/srv/www/docs', content: { 'index.html': 'docs' } } },
      },
    },
    lb: {
      haproxy: { frontends: { web: { backend: 'docs' } }, backends: { docs: { group: 'web', port: 8080 } } },
    },
  },
})

let site: Site

beforeAll(async () => {
  site = await useSite({
    siteYml,
    hosts: { lb: versions.map(([name]) => lab.host(name)), web: [lab.host('web1'), lab.host('web2')] },
  })
  expectDone(await site.fettle('provision', '--yes'))
  expectDone(await site.fettle('lb', 'drain', 'web2', '--yes'))
}, 900_000)

const streams = {
  ...{ 'keep-alive': null, download: null, order: null },
  ...{ 'fixed-rate': { perSecond: 350 }, close: { perSecond: 150 } },
}

describe.each(versions)('%s', (name, version) => {
  test(`HAProxy ${version} is reloaded 20 times at 500 requests a second: none fails, and what is drained stays so`, async () => {
    const host = lab.host(name)
    expect(await does(host, 'haproxy -v')).toContain(`version ${version}.`)
    const watch = await watchBalancer(host)
    const url = `http://${host.address}`
    const load = await startLoadApart({ url, pages: [{ path: '/', contains: 'docs' }], streams })
    const began = performance.now()
    for (let count = 0; count < 20; count++) await does(host, 'systemctl reload haproxy')
    const seconds = (performance.now() - began) / 1000
    const { requests, failed, failures, streams: each, latency } = await load.stop()
    const { samples, log } = await watch.stop()
    const workers = new Set(samples.map(({ worker }) => worker))
    const late = Object.values(each).reduce((sum, stream) => sum + stream.late, 0)
    process.stderr.write(
      `| HAProxy ${version} | 20 reloads in ${seconds.toFixed(1)} s | ${requests} requests (${late} sent late) | ${failed} failed | p99 ${Math.round(latency.p99)} ms |\n`,
    )
    expect(failures).toEqual({})
    expect(requests).toBeGreaterThan(400 * seconds)
    expect(workers.size).toBeGreaterThan(10)
    const drained = samples.flatMap(({ lines }) => lines.filter((line) => line.name === 'docs/web2'))
    expect(drained.filter((line) => !isOut(line))).toEqual([])
    expect(hitsIn(samples)).toEqual([])
    expect([log.broken, log.serverErrors, troublesIn(samples)]).toEqual([[], [], {}])
  })
})
