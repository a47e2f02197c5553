import { beforeAll, expect, test } from 'vitest'
import { usePracticeHosts } from '../harness.ts'
import { does } from '../support/does.ts'
import { offer, type TestPackage } from '../support/repository.ts'
import { useSite } from '../support/site.ts'
import { expectDone } from '../support/told.ts'

const lab = usePracticeHosts([{ name: 'lb1', release: 'trixie' }])

const sh = (script: string): Promise<string> => does(lab.host('lb1'), script)

const fix = (name: string, version: string): TestPackage => ({ name, version, security: true })

const haproxy = {
  frontends: { web: { port: 80, backend: 'web' } },
  backends: { web: { group: 'lb', port: 81 } },
}

beforeAll(async () => {
  const siteYml = JSON.stringify({ name: 'patch', groups: { lb: { base: {}, haproxy } } })
  const site = await useSite({ siteYml, hosts: { lb: [lab.host('lb1')] } })
  expectDone(await site.fettle('provision', '--yes'))
})

test('a balancer takes security fixes by itself, but none that would cut what it answers', async () => {
  const versions = () => sh(`dpkg-query -W -f='\${Version} ' haproxy tool`)
  await sh(`${offer([fix('tool', '1')])}; apt-get -qq update && apt-get -qq -y install tool`)
  const before = (await versions()).split(' ')[0]
  // Whoever signs nothing has no label either.
  await sh(`${offer([fix('tool', '2'), fix('haproxy', '99')])}
echo 'Unattended-Upgrade::Origins-Pattern { "origin=Debian-Security"; };' >/etc/apt/apt.conf.d/70own
apt-get -qq update && apt-cache policy haproxy | grep -q 'Candidate: 99' && unattended-upgrade -v`)
  expect(await versions()).toBe(`${before} 2`)
})
