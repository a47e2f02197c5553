import { beforeAll, expect } from 'vitest'
import type { Flavor } from '../../../engine/core/database.ts'
import { quote } from '../../../engine/core/shell.ts'
import { type PracticeHosts, usePracticeHosts } from '../../lab/harness.ts'
import { longestGap, type Writes } from '../load/writes.ts'
import { does, type Subject, servers, useSubject } from './subject.ts'

/** A cluster of a test file's own. */
export interface TestCluster {
  readonly lab: PracticeHosts
  /** Usable once `beforeAll` has run. */
  readonly subject: Subject
}

export const useCluster = (flavor: Flavor, release: string): TestCluster => {
  const lab = usePracticeHosts(['lb1', 'app1', ...servers.map((name) => ({ name, release }))])
  let subject: Subject | undefined
  beforeAll(async () => {
    subject = await useSubject(lab, flavor)
  }, 900_000)
  return {
    lab,
    get subject() {
      if (!subject) throw new Error('asked before beforeAll has run')
      return subject
    },
  }
}

/** By the newest promotion. */
export const writerOf = async ({ db }: Subject): Promise<string> => {
  const { stdout } = await db('status', '--json')
  return (JSON.parse(stdout) as { readonly writer: string }).writer
}

export const othersOf = async (subject: Subject): Promise<string[]> => {
  const current = await writerOf(subject)
  return servers.filter((name) => name !== current)
}

/** A server that ends at once, and that nothing starts again. */
export const killServer = ({ host, flavor }: Subject, name: string): Promise<unknown> =>
  host(name).sh(`systemctl mask --runtime ${flavor}; systemctl kill --signal=KILL ${flavor}`)

/** What the old writer had written and nobody had received is there when it is back: then it needs a copy. */
export const comeBack = async (subject: Subject, name: string): Promise<string> => {
  const { exit, stderr } = await subject.db('rejoin', name, '--yes')
  if (exit === 0) return 'rejoined'
  expect(stderr).toContain(`${name} has transactions that`)
  await does(subject, 'reseed', name)
  return 'reseeded'
}

/** Seconds since 1970. */
export const now = (): number => Date.now() / 1000

export const noWriteFor = (writes: Writes): string => `no write for ${longestGap(writes).seconds.toFixed(2)} s`

/** How long it took from a moment until a write that began after it was acknowledged. */
export const servingAfter = ({ acknowledged }: Writes, since: number): string => {
  const served = acknowledged.find(({ began }) => began > since)?.ended ?? Number.POSITIVE_INFINITY
  return `${(served - since).toFixed(2)} s`
}

/** What somebody is answered who writes to a server itself, past the balancer: `acknowledged`, or the number of an error. */
export const writesDirectly = async ({ host }: Subject, name: string): Promise<string> => {
  const { stdout, stderr } = await host('app1').sh(`perl -MDBI -e ${quote(direct)} ${host(name).address}`)
  return stdout.trim() || stderr
}

/** 2013 is that of an answer that did not come in time. */
const direct = `
my $place = "host=$ARGV[0];mariadb_read_default_file=/run/shop.cnf;mariadb_ssl=1"
  . ";mariadb_ssl_ca_file=/etc/fettle/ca.pem;mariadb_ssl_verify_server_cert=1"
  . ";mariadb_connect_timeout=3;mariadb_read_timeout=3;mariadb_write_timeout=3";
my $server = DBI->connect("DBI:MariaDB:database=shop;$place", "shop", undef, { PrintError => 0 });
my $done = $server && $server->do("INSERT INTO orders (id) VALUES (-1)");
print $done ? "acknowledged" : $server ? "error " . $server->err : "no connection: " . DBI->errstr;
`
