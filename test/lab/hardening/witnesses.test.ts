import { readFile } from 'node:fs/promises'
import { execa } from 'execa'
import { beforeAll, describe, expect, test } from 'vitest'
import { usePracticeHosts } from '../harness.ts'
import { does } from '../support/does.ts'
import type { Site } from '../support/site.ts'
import { expectDone } from '../support/told.ts'
import { lynis, tell, unexplainedIn } from './lynis.ts'
import { hardenedSite, strict } from './support.ts'

/** Others' programs that know nothing of Fettle: Lynis, and nmap. */
const names = ['web1', 'web2'] as const
const lab = usePracticeHosts(['web1', { name: 'web2', release: 'trixie' }, 'stranger'])

let site: Site
beforeAll(async () => {
  site = await hardenedSite(names.map(lab.host), strict)
  expectDone(await site.fettle('provision', '--yes'))
}, 900_000)

describe('Lynis', () => {
  const profile = () => readFile(new URL('./machine.prf', import.meta.url), 'utf8')

  test.each(names)(
    '%s has an index of at least 85, and what it still says is explained',
    async (name) => {
      // The first night takes the list of files.
      await does(lab.host(name), 'systemctl start fettle-integrity.service')
      const findings = await lynis(lab.host(name), await profile())
      tell(name, findings)
      expect(await unexplainedIn(findings)).toEqual([])
      expect(findings.index).toBeGreaterThanOrEqual(85)
    },
    300_000,
  )

  test('an untouched host has less', async () => {
    const findings = await lynis(lab.host('stranger'), await profile())
    tell('untouched', findings)
    expect(findings.index).toBeLessThan(75)
  }, 300_000)
})

interface Opening {
  readonly host: string
  readonly port: number
  readonly protocol: string
  readonly from: unknown
  readonly who: readonly string[]
}

describe('nmap finds open what fettle firewall says, and nothing else', () => {
  const scan = 'nmap -Pn -n -sS -p- --min-rate 3000 --max-retries 2 -oG -'
  const openIn = (grepable: string): readonly number[] =>
    [...grepable.matchAll(/(\d+)\/open\/tcp/g)].map(([, port]) => Number(port)).sort((a, b) => a - b)
  const said = async (host: string, whose: string): Promise<readonly number[]> => {
    const { stdout } = await site.fettle('firewall', '--json')
    const openings = stdout.split('\n').flatMap((line): Opening[] => (line.startsWith('{') ? [JSON.parse(line)] : []))
    return openings
      .filter((each) => each.host === host && each.protocol === 'tcp')
      .filter(({ from, who }) => from === 'everybody' || who.includes(whose))
      .map(({ port }) => port)
      .sort((a, b) => a - b)
  }
  beforeAll(async () => {
    const install =
      'apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install nmap >&2'
    await Promise.all(['stranger', 'web2'].map((name) => does(lab.host(name), install)))
  })

  test.each([
    ['a stranger', 'stranger'],
    ['a web host', 'web2'],
  ])(
    '%s',
    async (_, from) => {
      const found = openIn(await does(lab.host(from), `${scan} ${lab.host('web1').address}`))
      expect(found).toEqual(await said('web1', from))
      expect(found).toEqual([80])
    },
    300_000,
  )

  test.each(names)(
    'the controller, %s',
    async (name) => {
      const { stdout } = await execa('sh', ['-c', `${scan} ${lab.host(name).address}`])
      expect(openIn(stdout)).toEqual(await said(name, 'controller'))
      expect(openIn(stdout)).toEqual([22, 80])
    },
    300_000,
  )
})
