import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Flavor } from '../../../engine/core/database.ts'
import { quote } from '../../../engine/core/shell.ts'
import { databaseObjects } from '../../../engine/facts/database/objects.ts'
import type { PracticeHost } from '../harness.ts'
import { canary } from '../leaks/canary.ts'
import { does } from '../support/does.ts'
import type { Site } from '../support/site.ts'

/** A key of the site's own, and the file of secrets that it opens, for what the authority issues. */
export const useAuthority = async (site: Site): Promise<void> => {
  process.env.FETTLE_IDENTITY = join(site.folder, 'identity')
  const { exit, stderr } = await site.fettle('secrets', 'init')
  if (exit !== 0) throw new Error(stderr)
}

/** Secrets of the site, in files of their own: `file:keys/NAME`. */
export const keep = (site: Site, passwords: Readonly<Record<string, string>>): void => {
  mkdirSync(join(site.folder, 'keys'), { recursive: true })
  for (const [name, value] of Object.entries(passwords))
    writeFileSync(join(site.folder, 'keys', name), `${canary}-${value}\n`, { mode: 0o600 })
}

/** Settings that every test needs: small, and with passwords that it knows. */
export const small = {
  memory: '128M',
  replicationPassword: 'file:keys/replication',
  backupPassword: 'file:keys/backup',
}

const asRoot = (flavor: Flavor, ...options: readonly string[]): string =>
  [flavor, '--no-defaults', '--user=root', '--batch', '--skip-column-names', ...options].join(' ')

/** Lays down a password for `logIn`, and shows it to nobody on the way. */
export const lend = async (host: PracticeHost, name: string, password: string): Promise<void> => {
  const value = `${canary}-${password}`.replaceAll('\\', '\\\\')
  const reversed = quote([...value].reverse().join(''))
  await host.sh(`
umask 077
{ printf '[client]\\npassword="'; perl -e 'print scalar reverse shift' ${reversed}; printf '"\\n'; } >/run/${name}.cnf`)
}

const verified = '--ssl --ssl-ca=/etc/mysql/tls/authority.pem --ssl-verify-server-cert'

/** Whom a server takes somebody for who comes over the network and knows it by its certificate, or how it refuses. */
export const logIn = (from: PracticeHost, to: PracticeHost, user: string, tls = verified): Promise<string> =>
  asks(from, to, user, 'SELECT CURRENT_USER()', tls)

/** What somebody is answered who comes over the network, or how he is refused. */
export const asks = async (
  from: PracticeHost,
  to: PracticeHost,
  user: string,
  question: string,
  tls = verified,
): Promise<string> => {
  const options = [`--defaults-file=/run/${user}.cnf`, `--host=${to.address}`, `--user=${user}`, '--protocol=tcp']
  const said = await from.sh(`mariadb ${options.join(' ')} ${tls} --skip-column-names -e ${quote(question)} 2>&1`)
  return /^ERROR (\d+)/m.exec(said.stdout)?.[0] ?? said.stdout.trim()
}

/** What root is answered over the socket. */
export const sql = (host: PracticeHost, flavor: Flavor, statements: string): Promise<string> =>
  does(host, `${asRoot(flavor)} <<'END'\n${statements}\nEND`)

/** A flavor's own words for the same. */
export const words = {
  mariadb: {
    unit: 'mariadb.service',
    folder: '/etc/mysql/mariadb.conf.d',
    open: 'SET GLOBAL read_only = 0;',
    written: 'SELECT @@gtid_binlog_pos;',
    source: 'master',
    follow: "CHANGE MASTER TO MASTER_HOST = '192.0.2.9';",
    forget: 'RESET SLAVE ALL;',
    identified: (password: string) => `IDENTIFIED BY '${password}'`,
  },
  mysql: {
    unit: 'mysql.service',
    folder: '/etc/mysql/mysql.conf.d',
    open: 'SET GLOBAL super_read_only = OFF; SET GLOBAL read_only = OFF;',
    written: 'SELECT @@gtid_executed;',
    source: 'source',
    follow: "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '192.0.2.9';",
    forget: 'RESET REPLICA ALL;',
    identified: (password: string) => `IDENTIFIED WITH caching_sha2_password BY '${password}'`,
  },
} as const

/** All that the role looks after in a server. */
export const objectsOf = async (host: PracticeHost): Promise<string> => {
  const { stdout } = await host.sh(`(${databaseObjects.script([null])})`)
  return stdout.split('\n').sort().join('\n')
}
