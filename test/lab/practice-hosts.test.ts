import { expect, test } from 'vitest'
import { usePracticeHosts } from './harness.ts'

const hosts = usePracticeHosts(['web1', 'web2'])

test('a practice host is a Debian server that its operator can administer', async () => {
  const { exit, stdout } = await hosts.host('web1').sh('id -un; hostname; . /etc/os-release; echo "$VERSION_CODENAME"')
  expect({ exit, stdout }).toEqual({ exit: 0, stdout: 'root\nweb1\nbookworm\n' })
})
