import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test, vi } from 'vitest'
import type { JobRun } from '../../../engine/core/job-run.ts'
import { command } from '../../../engine/core/shell.ts'
import { encrypt } from '../../../engine/secrets/age.ts'
import { makeIdentity } from '../../../engine/secrets/identity.ts'
import { managementOf } from '../firewall/support.ts'
import { type PracticeHost, usePracticeHosts } from '../harness.ts'
import { does } from '../support/does.ts'
import { type Site, useSite } from '../support/site.ts'
import { expectDone } from '../support/told.ts'

const lab = usePracticeHosts([{ name: 'control1', release: 'trixie' }, 'web1'])
const control1 = () => lab.host('control1')
const home = fileURLToPath(new URL('../../..', import.meta.url))

/** The site with Fettle in a folder of it. Where it runs then, hosts are logged in to with a key of its own. */
const build = [
  'mkdir -p fettle/node_modules/@electric-sql',
  command('cp', '-r', join(home, 'bin'), join(home, 'templates'), 'fettle'),
  command('cp', '-r', join(home, 'node_modules/@electric-sql/pglite'), 'fettle/node_modules/@electric-sql/'),
  'mv there.yml inventory/lab.yml',
].join(' && ')

const siteYml = (more: object) =>
  JSON.stringify({
    name: 'shop',
    groups: {
      all: { ufw: {} },
      control: {
        controller: {
          ...{ key: 'secret:controller.key', identity: 'secret:controller.identity', source: { build } },
          ...{ fettle: 'node fettle/bin/fettle', rollout: { canarySoak: 1 } },
        },
      },
      web: { app: { apps: { shop: { command: 'true', instances: 1, secrets: { TOKEN: 'generate' } } } } },
    },
    ...more,
  })

const drift = { schedule: { drift: { at: '*/5 * * * * *' } } }

let site: Site

beforeAll(async () => {
  const hosts = { control: [control1()], web: [lab.host('web1')] }
  const variables = { fettle_management: [managementOf(control1())] }
  site = await useSite({ siteYml: siteYml(drift), hosts, variables })
  const at = (name: string) => join(site.folder, name)
  const recipients = await Promise.all(['mine', 'its'].map((name) => makeIdentity(at(name))))
  vi.stubEnv('FETTLE_IDENTITY', at('mine'))
  const [key, identity] = await Promise.all([control1().keyFile, at('its')].map((file) => readFile(file, 'utf8')))
  const secrets = JSON.stringify({ 'controller.key': key, 'controller.identity': identity })
  await writeFile(at('inventory/lab.secrets.age'), await encrypt(secrets, { recipients }))
  await writeFile(at('inventory/lab.secrets.recipients'), recipients.map((each) => `${each}\n`).join(''))
  await writeFile(at('known_hosts'), await readFile(control1().knownHosts, 'utf8'))
  const members = (all: readonly PracticeHost[]) =>
    Object.fromEntries(all.map(({ name, address, user }) => [name, { ansible_host: address, ansible_user: user }]))
  const children = Object.fromEntries(Object.entries(hosts).map(([group, all]) => [group, { hosts: members(all) }]))
  const inventory = { all: { vars: { ...variables, fettle_known_hosts: ['known_hosts'] }, children } }
  await writeFile(at('there.yml'), JSON.stringify(inventory))
})

/** What jobs came to, the newest first, as the controller remembers it. */
const log = async (): Promise<readonly JobRun[]> => {
  const shown = await does(
    control1(),
    'cd /srv/controller/current && runuser -u controller -- node fettle/bin/fettle jobs log --json',
  )
  return shown
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .filter(({ outcome }) => outcome !== null)
}

/** What takes some moments takes more of them on a busy machine. */
const patient = { timeout: 600_000 }

/** Until one of them is such a one. The newest may be one that was skipped because another was under way. */
const untilRun = (wanted: Partial<Pick<JobRun, 'job' | 'outcome' | 'exit'>>): Promise<void> =>
  vi.waitFor(async () => expect(await log()).toContainEqual(expect.objectContaining(wanted)), {
    timeout: 240_000,
    interval: 1000,
  })

test('a controller gets the site, and runs its jobs by the clock with what it was given for it', patient, async () => {
  expectDone(await site.fettle('provision', '--yes'))
  expectDone(await site.fettle('deploy', 'controller', '--version', 'v1', '--yes'))
  await untilRun({ job: 'drift', outcome: 'succeeded', exit: 0 })
})

test('it sees what others change, and a next release of the site keeps what it remembers', patient, async () => {
  await does(lab.host('web1'), 'rm -r /srv/shop/releases')
  await untilRun({ job: 'drift', exit: 2 })
  await site.describe(siteYml({ schedule: { mend: { at: '*/5 * * * * *', run: 'provision --yes' } } }))
  expectDone(await site.fettle('deploy', 'controller', '--version', 'v2', '--yes'))
  await untilRun({ job: 'mend', outcome: 'succeeded' })
  await does(lab.host('web1'), 'test -d /srv/shop/releases')
  const all = await log()
  expect(all.map(({ job }) => job)).toContain('drift')
  // What Node itself has to say is not for those who read logs.
  expect(all.map(({ output }) => output).join('')).not.toContain('Warning')
})

test('only its own account may read what it opens hosts with, and it starts again with its host', async () => {
  const seen = await does(
    control1(),
    'cd /srv/controller/shared && stat -c "%U %a" .ssh/id_ed25519 .config/fettle/identity .ssh . | sort -u',
  )
  expect(seen.split('\n')).toEqual(['controller 600', 'controller 700', 'controller 750'])
  const listening = await does(control1(), 'ss -Htln sport = :3900 | awk "{print \\$4}"')
  expect(listening).toBe('127.0.0.1:3900')
  expect(await does(control1(), 'systemctl is-enabled controller@3900.service')).toBe('enabled')
})
