import { beforeAll, describe, expect, test } from 'vitest'
import { usePracticeHosts } from '../harness.ts'
import { flavorsForThisRun } from '../support/extent.ts'
import { type Site, useSite } from '../support/site.ts'
import { expectDone } from '../support/told.ts'
import { keep, lend, small, sql, useAuthority, words } from './support.ts'

describe.each(flavorsForThisRun)('endpoints of %s on %s', (flavor, release) => {
  const lab = usePracticeHosts(['lb1', 'app1', ...['db1', 'db2'].map((name) => ({ name, release }))])
  let site: Site

  const siteYml = JSON.stringify({
    name: 'shop',
    groups: {
      lb: { haproxy: { databases: { main: { from: { group: 'app' }, maxLag: 2 } } } },
      app: { ca: {}, pieces: { packages: ['mariadb-client'] } },
      db: {
        mysql: {
          ...small,
          ...{ flavor, primary: 'db1', balancers: 'lb', databases: { shop: {} } },
          users: { shop: { password: 'file:keys/shop', from: { group: 'app' }, grants: { 'shop.*': ['ALL'] } } },
        },
      },
    },
  })

  /** Who answers at a port of the balancer, whose certificate is verified; or how it is refused. */
  const at = async (port: number): Promise<string> => {
    const options = `--defaults-file=/run/shop.cnf --host=${lab.host('lb1').address} --port=${port} --user=shop`
    const tls = '--ssl --ssl-ca=/etc/fettle/ca.pem --ssl-verify-server-cert --connect-timeout=3'
    const { stdout } = await lab.host('app1').sh(`mariadb ${options} ${tls} -N -e 'SELECT @@hostname' 2>&1`)
    return stdout.trim().replace(/^ERROR (\d+).*/s, 'error $1')
  }
  const eventually = (port: number, host: string) =>
    expect.poll(() => at(port), { timeout: 20_000, interval: 200 }).toBe(host)
  const asked = async (name: string, path: string): Promise<string> => {
    const { stdout } = await lab.host('lb1').sh(`perl -MIO::Socket::IP -e '
      my $s = IO::Socket::IP->new(PeerAddr => "${lab.host(name).address}", PeerPort => 9306) or die;
      print $s "GET ${path} HTTP/1.0\\r\\n\\r\\n"; print <$s>'`)
    return (
      stdout
        .split('\r\n')
        .filter((line) => line !== '')
        .at(-1)
        ?.trim() ?? ''
    )
  }
  const does = async (...args: readonly string[]) => {
    expectDone(await site.fettle('db', ...args, '--yes'))
  }
  /** Where it was open, db1 has had a heartbeat of its own, which nobody else has. */
  const bringBack = async () => {
    const { exit, stdout, stderr } = await site.fettle('db', 'resume', '--yes')
    expect([exit, stdout + stderr]).toEqual([3, expect.stringContaining('db1 has transactions that db2 never had')])
    expect(await sql(lab.host('db1'), flavor, 'SELECT @@read_only;')).toBe('1')
    await does('reseed', 'db1')
  }

  beforeAll(async () => {
    site = await useSite({
      siteYml,
      hosts: { lb: [lab.host('lb1')], app: [lab.host('app1')], db: [lab.host('db1'), lab.host('db2')] },
    })
    keep(site, { shop: 'shop', replication: 'between-servers', backup: 'for-copies' })
    await useAuthority(site)
    expectDone(await site.fettle('provision', '--yes'))
    await lend(lab.host('app1'), 'shop', 'shop')
  }, 600_000)

  test('lead to the writer and to the one that follows it', async () => {
    await eventually(3306, 'db1')
    await eventually(3307, 'db2')
  })

  test('lead to the new writer after a switchover, and balancers know of it', async () => {
    await expect
      .poll(async () => (await site.fettle('db', 'status')).stdout, { timeout: 30_000, interval: 500 })
      .toContain('A switchover would be safe now, to db2.')
    await does('switchover')
    await eventually(3306, 'db2')
    await eventually(3307, 'db1')
    expect((await lab.host('lb1').sh('cat /etc/haproxy/databases.map')).stdout).toBe('main 2\n')
  })

  test('db status tells of a balancer that does not know of it, and provision tells the balancer', async () => {
    const map = '/etc/haproxy/databases.map'
    await lab.host('lb1').sh(`echo 'main 1' >${map}; systemctl reload haproxy`)
    const { exit, stdout } = await site.fettle('db', 'status')
    expect([exit, stdout]).toEqual([3, expect.stringContaining('lb1 has not heard of promotion 2, but of 1')])
    expect((await site.fettle('provision', '--yes')).exit).toBe(0)
    expect((await site.fettle('db', 'status')).stdout).toMatch(/lb1 +balancer +- +knows promotion 2\n/)
    await eventually(3306, 'db2')
  })

  test('never lead to one that was opened by hand', async () => {
    await sql(lab.host('db1'), flavor, words[flavor].open)
    expect(await asked('db1', '/writer?epoch=2')).toBe('the writer is db2')
    expect(await asked('db2', '/writer?epoch=2')).toBe('yes')
    await eventually(3306, 'db2')
    await bringBack()
  })

  test('never lead to one that has not heard of the newest promotion', async () => {
    await lab.host('db1').sh("echo '1 db1' >/var/lib/fettle/database/main/epoch")
    await sql(lab.host('db1'), flavor, words[flavor].open)
    expect(await asked('db1', '/writer?epoch=1')).toBe('yes')
    expect(await asked('db1', '/writer?epoch=2')).toBe('there was a promotion after 1')
    await eventually(3306, 'db2')
    await bringBack()
    await eventually(3307, 'db1')
  })

  test('lead readers to the writer where the other one lags', async () => {
    await sql(lab.host('db1'), flavor, flavor === 'mariadb' ? 'STOP SLAVE;' : 'STOP REPLICA;')
    await eventually(3307, 'db2')
    expect(await asked('db1', '/reader?lag=2')).toMatch(/^it is [\d.]+ seconds behind$/)
    await does('resume')
    await eventually(3307, 'db1')
  })

  test('a second run has nothing to do', async () => {
    const { exit, stdout } = await site.fettle('plan')
    expect([exit, stdout]).toEqual([0, expect.any(String)])
  })
})
