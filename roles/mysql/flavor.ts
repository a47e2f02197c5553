import type { Flavor } from '../../engine/core/database.ts'
import type { OperatingSystem } from '../../engine/core/host.ts'
import type { Validator } from '../../engine/core/resource.ts'
import type { MysqlSettings } from './settings.ts'

/** What is called otherwise by the one server than by the other. */
export interface Server {
  readonly flavor: Flavor
  /** The first one brings the server. */
  readonly packages: readonly [string, ...string[]]
  /** Also what they recommend: what a server needs where one with it was before, to start at all or to read its tables. */
  readonly recommends: boolean
  readonly unit: string
  /** Its configuration, of which the last file holds. */
  readonly folder: string
  readonly validate: Validator
}

/** Debian's own is MariaDB, Ubuntu's is MySQL. */
export const flavorOf = ({ flavor }: Pick<MysqlSettings, 'flavor'>, { id }: OperatingSystem): Flavor => {
  if (flavor !== 'auto') return flavor
  return id === 'ubuntu' ? 'mysql' : 'mariadb'
}

/**
 * Judges the words, and what matters most: that no other file has the server boot as one that takes writes. A server tells
 * all that it would run with, one line for each.
 */
const judge = (program: string, check: string, closed: string): string => `
${program} --user=mysql ${check} >/dev/null || exit
${program} --user=mysql --verbose --help 2>/dev/null | grep -Eq '^${closed} +TRUE' || {
  echo 'another file says that the server takes writes when it starts' >&2
  grep -rnEi '^[[:space:]]*(super[-_])?read[-_]only' /etc/mysql >&2
  exit 1
}`

export const servers: Readonly<Record<Flavor, Server>> = {
  mariadb: {
    flavor: 'mariadb',
    packages: ['mariadb-server', 'mariadb-backup', 'socat'],
    // The providers of compression: a configuration that they left wants them back.
    recommends: true,
    unit: 'mariadb.service',
    folder: '/etc/mysql/mariadb.conf.d',
    validate: { name: 'mariadb', script: judge('mariadbd', '--verbose --help', 'read-only') },
  },
  mysql: {
    flavor: 'mysql',
    packages: ['mysql-server'],
    recommends: false,
    unit: 'mysql.service',
    folder: '/etc/mysql/mysql.conf.d',
    validate: { name: 'mysql', script: judge('mysqld', '--validate-config', 'super-read-only') },
  },
}
