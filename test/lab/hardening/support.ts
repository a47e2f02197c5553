import { managementOf } from '../firewall/support.ts'
import type { PracticeHost } from '../harness.ts'
import { type Site, useSite } from '../support/site.ts'

/** A web host with all that is to protect it. */
export const siteYml = (hardening: object = {}, base: object = {}): string =>
  JSON.stringify({
    name: 'hardened',
    groups: {
      all: { base, ufw: {}, hardening },
      web: {
        nginx: { sites: { it: { default: true, root: '/srv/www', content: { 'index.html': 'it\n' } } } },
      },
    },
  })

/** Stricter than what `base` takes for granted: nobody needs jump hosts here, and who may log in is known. */
export const strict = {
  ssh: { tcpForwarding: 'no', limits: { authTries: 3, aliveCount: 2 }, extra: 'AllowGroups operator' },
}

export const hardenedSite = (web: readonly PracticeHost[], base: object = {}): Promise<Site> =>
  useSite({
    siteYml: siteYml({}, base),
    hosts: { web },
    variables: { fettle_management: [managementOf(web[0] as PracticeHost)] },
  })

interface Audited {
  readonly host: string
  readonly controls: readonly { readonly name: string; readonly role: string; readonly found: Found }[]
}

interface Found {
  readonly state: string
  readonly reason?: string
  readonly differing?: readonly { readonly key: string }[]
}

/** By host, how each control was found; and the exit status. */
export const audited = async (site: Site, ...args: readonly string[]) => {
  const { exit, stdout, stderr } = await site.fettle('audit', '--json', ...args)
  const hosts = stdout
    .split('\n')
    .flatMap((line): Audited[] => (line.includes('"host.audited"') ? [JSON.parse(line)] : []))
  const found = (host: string): Readonly<Record<string, Found>> =>
    Object.fromEntries(
      (hosts.find((each) => each.host === host)?.controls ?? []).map(({ name, found }) => [name, found]),
    )
  return { exit, stderr, found }
}

/** The controls of a host that were found like that. */
export const inState = (found: Readonly<Record<string, Found>>, state: string): readonly string[] =>
  Object.entries(found).flatMap(([name, each]) => (each.state === state ? [name] : []))
