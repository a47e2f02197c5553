import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Flavor } from '../../../engine/core/database.ts'
import { keep, small, sql, useAuthority } from '../database/support.ts'
import { managementOf } from '../firewall/support.ts'
import { usePracticeHosts } from '../harness.ts'
import { flavorsForThisRun } from '../support/extent.ts'
import { type Site, useSite } from '../support/site.ts'
import { expectDone } from '../support/told.ts'

const siteYml = (flavor: Flavor) =>
  JSON.stringify({
    name: 'shop',
    groups: {
      all: { ufw: {} },
      db: {
        mysql: {
          ...{ ...small, flavor, databases: { shop: {} } },
          users: { shop: { password: 'generate', from: { group: 'web' }, grants: { 'shop.*': ['SELECT'] } } },
        },
        backup: { to: 'vault' },
      },
      web: {
        app: {
          apps: {
            shop: {
              ...{ command: 'python3 shop.py', packages: ['mariadb-client'], database: 'shop' },
              health: { release: 'X-Release', within: 45 },
              rollout: { canarySoak: 0, soak: 0 },
              source: { folder: 'shop' },
            },
          },
        },
      },
      vault: { backup: { to: 'vault' } },
    },
  })

/** It is well where it has the order "a", says with which database, and leaves a file in what it keeps where it may. */
const shop = `
import http.server, os, subprocess
e = os.environ
print('orders of', e['DATABASE_HOST'], e['DATABASE_READER_PORT'], flush=True)
try: open(e['SHARED'] + '/' + e['PORT'], 'w').close()
except OSError as error: print('refused:', error, flush=True)
options = ['--no-defaults', '--host=' + e['DATABASE_HOST'], '--port=' + e['DATABASE_READER_PORT'], '--user=' + e['DATABASE_USER'],
  '--protocol=tcp', '--ssl-ca=' + e['DATABASE_CA'], '--ssl-verify-server-cert', '--batch', '--skip-column-names']
class Answer(http.server.BaseHTTPRequestHandler):
  def do_GET(self):
    asked = subprocess.run(['mariadb', *options, e['DATABASE_NAME'], '-e', "SELECT id FROM orders WHERE id = 'a'"],
      env={**e, 'MYSQL_PWD': e['DATABASE_PASSWORD']}, capture_output=True, text=True)
    print('found:', asked.stdout + asked.stderr, flush=True)
    self.send_response(200 if asked.stdout == 'a\\n' else 503)
    self.send_header('X-Release', e['RELEASE'])
    self.end_headers()
http.server.ThreadingHTTPServer(('', int(e['PORT'])), Answer).serve_forever()
`

describe.each(flavorsForThisRun)('the apps of a cluster, %s on %s', (flavor, release) => {
  const lab = usePracticeHosts([
    { name: 'db1', release },
    { name: 'web1', release: 'trixie' },
    { name: 'vault1', release: 'bookworm' },
  ])
  let site: Site
  const drill = (...args: readonly string[]) => site.fettle('backup', 'drill', '--yes', ...args)
  const ask = (statements: string) => sql(lab.host('db1'), flavor, statements)

  /** What a drill could leave: processes, units, files, and ways through the firewall. */
  const leftovers = async (): Promise<string> => {
    const db = await lab
      .host('db1')
      .sh('ls -d /var/lib/fettle-scratch/* 2>/dev/null; iptables -S INPUT | grep 4445; ss -Hltn "sport = :4445"')
    const web = await lab
      .host('web1')
      .sh("ls -d /run/systemd/system/shop@*.d 2>/dev/null; systemctl list-units --all --no-legend 'shop@2*'")
    return db.stdout + web.stdout
  }
  /** What those said that were tried. */
  const said = async (): Promise<string> =>
    (await lab.host('web1').sh("journalctl -q -o cat -u 'shop@2*' | sort -u")).stdout

  beforeAll(async () => {
    const hosts = { db: [lab.host('db1')], web: [lab.host('web1')], vault: [lab.host('vault1')] }
    const variables = { fettle_management: [managementOf(lab.host('db1'))] }
    site = await useSite({ siteYml: siteYml(flavor), hosts, variables })
    keep(site, { replication: 'between-servers', backup: 'for-copies' })
    await useAuthority(site)
    mkdirSync(join(site.folder, 'shop'))
    writeFileSync(join(site.folder, 'shop/shop.py'), shop)
    expectDone(await site.fettle('provision', '--yes'))
    await ask("CREATE TABLE shop.orders (id VARCHAR(20) PRIMARY KEY); INSERT INTO shop.orders VALUES ('a');")
    expectDone(await site.fettle('backup', 'run', '-l', 'db'))
  }, 900_000)

  test('one that is not deployed is not tried, and that is told', { timeout: 600_000 }, async () => {
    const told = await drill()
    expectDone(told)
    expect(told.stdout + told.stderr).toContain('nothing of shop is deployed there: it is not tried')
    const elsewhere = await drill('--on', 'web1')
    expect([elsewhere.exit, elsewhere.stderr]).toEqual([1, expect.stringContaining('its servers are on: db1')])
  })

  test('are started with the copy: beside the rest, with nothing to write to, and gone again', {
    timeout: 600_000,
  }, async () => {
    expectDone(await site.fettle('deploy', 'shop', '--version', 'v1', '--yes'))
    await ask('DELETE FROM shop.orders;')
    const told = await drill()
    expectDone(told)
    expect(told.stdout).toMatch(/^shop \S+ on web1 was healthy with it after \d/m)
    expect(await said()).toMatch(/^orders of 10\.\S+ 4445$/m)
    expect(await said()).toMatch(/^refused: .*Read-only file system/m)
    expect((await lab.host('web1').sh('ls /srv/shop/shared')).stdout).toBe('3000\n3001\n')
    expect(await leftovers()).toBe('')
    expect((await lab.host('web1').sh('systemctl is-active shop@3000')).stdout).toBe('active\n')
  })

  test('a copy that an app cannot do with fails the drill, in the words of the app', { timeout: 600_000 }, async () => {
    expectDone(await site.fettle('backup', 'run', '-l', 'db'))
    const told = await drill()
    expect([told.exit, told.stderr]).toEqual([1, expect.stringContaining('instance.unhealthy')])
    expect(told.stderr).toContain('found:')
    expect(await leftovers()).toBe('')
    expectDone(await drill('--no-apps'))
  })

  test('what a killed drill left is ended by the next one', { timeout: 600_000 }, async () => {
    const running = site.start(['backup', 'drill', '--yes', '--json'], (event) => {
      if (event.type === 'step.intended' && event.title.startsWith('wait until shop')) running.kill()
    })
    await running.told
    expect(await leftovers()).toContain('4445')
    await ask("INSERT INTO shop.orders VALUES ('a');")
    expectDone(await site.fettle('backup', 'run', '-l', 'db'))
    expectDone(await drill('--wait'))
    expect(await leftovers()).toBe('')
  })
})
