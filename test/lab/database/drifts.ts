import type { Flavor } from '../../../engine/core/database.ts'
import { words } from './support.ts'

/** Where something is done by hand. */
interface Server {
  readonly flavor: Flavor
  /** Its address. */
  readonly own: string
  /** That of the host from which `shop` logs in. */
  readonly client: string
}

/** By the key of what is out of order then: statements. */
type Round = Readonly<Record<string, (server: Server) => string>>

const shop = ({ client }: Server): string => `'shop'@'${client}'`
const reports = "'reports'@'10.0.0.0/255.0.0.0'"

/** What people do to databases and accounts; what does not meet is done together. */
export const rounds: readonly (readonly [what: string, by: Round])[] = [
  [
    'more and less than is described',
    {
      'database-account:shop': (server) =>
        `GRANT PROCESS ON *.* TO ${shop(server)}; REVOKE SELECT ON \`sh\\_op\`.* FROM ${shop(server)};`,
      'database-account:reports': () => `CREATE PROCEDURE shop.p() SELECT 1;
          GRANT EXECUTE ON PROCEDURE shop.p TO ${reports};`,
      'database-account:replication': ({ own }) => `DROP USER 'replication'@'${own}';`,
      "database-account:''": () => "CREATE USER ''@'localhost';",
      'database-account:root': () => "CREATE USER 'root'@'%';",
      'database:shop': () => 'ALTER DATABASE shop COLLATE utf8mb4_general_ci;',
      'database-table:fettle.heartbeat': () => 'DROP TABLE fettle.heartbeat;',
      'database:test': () => 'CREATE DATABASE test;',
    },
  ],
  [
    'another password, and the right to pass grants on',
    {
      'database-account:shop': (server) =>
        `ALTER USER ${shop(server)} ${words[server.flavor].identified('elsewhere')};`,
      'database-account:reports': () => `GRANT SELECT ON shop.* TO ${reports} WITH GRANT OPTION;`,
      'database:sh_op': () => 'DROP DATABASE sh_op;',
    },
  ],
  [
    'a second way in, and a lock',
    {
      'database-account:shop': (server) =>
        server.flavor === 'mysql'
          ? `ALTER USER ${shop(server)} IDENTIFIED BY 'elsewhere' RETAIN CURRENT PASSWORD;`
          : `ALTER USER ${shop(server)} IDENTIFIED VIA mysql_native_password USING PASSWORD('elsewhere') OR unix_socket;`,
      'database-account:reports': () => `ALTER USER ${reports} ACCOUNT LOCK;`,
      'database-account:fettle': () => "ALTER USER 'fettle'@'localhost' REQUIRE SSL;",
    },
  ],
  [
    'accounts from elsewhere',
    {
      'database-account:shop': () => "CREATE USER 'shop'@'%';",
      'database-account:fettle': () => "GRANT ALL ON *.* TO 'fettle'@'localhost';",
    },
  ],
]
