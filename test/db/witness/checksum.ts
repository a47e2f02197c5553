import { sql } from '../../lab/database/support.ts'
import type { PracticeHost } from '../../lab/harness.ts'

/** Rows that were summed up, and how many parts of tables differ on a replica, by somebody who knows nothing of this project. */
export interface Sums {
  readonly rows: number
  readonly differing: number
}

const login = 'P=3306,u=checksum,p=sums'

/** Installs Percona's pt-table-checksum where apps are. */
export const installChecksum = async (from: PracticeHost): Promise<void> => {
  const install = 'apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=120 percona-toolkit'
  const { exit, stderr } = await from.sh(`DEBIAN_FRONTEND=noninteractive ${install} >/dev/null`)
  if (exit !== 0) throw new Error(stderr)
}

/**
 * MariaDB's servers, compared. The writer sums up its rows in statements that each replica repeats over its own ones: in its
 * session alone the binlog is of statements, since rows would bring replicas the writer's sums.
 */
export const checksum = async (
  from: PracticeHost,
  writer: PracticeHost,
  replicas: readonly PracticeHost[],
): Promise<Sums> => {
  const ways = replicas.map(({ address }) => `('h=${address},${login}')`).join(', ')
  await sql(
    writer,
    'mariadb',
    `
CREATE DATABASE IF NOT EXISTS percona;
CREATE TABLE IF NOT EXISTS percona.dsns (id INT AUTO_INCREMENT PRIMARY KEY, parent_id INT, dsn VARCHAR(255) NOT NULL);
DELETE FROM percona.dsns; INSERT INTO percona.dsns (dsn) VALUES ${ways};
CREATE USER IF NOT EXISTS checksum@'%' IDENTIFIED BY 'sums';
GRANT ALL ON *.* TO checksum@'%';`,
  )
  const { exit, stdout, stderr } = await from.sh(
    [
      ...[
        'pt-table-checksum --no-version-check --no-check-binlog-format --databases=shop --replicate=percona.checksums',
      ],
      ...[`--recursion-method=dsn=h=${writer.address},${login},D=percona,t=dsns h=${writer.address},${login}`],
    ].join(' '),
  )
  const tables = stdout
    .split('\n')
    .filter((line) => / shop\./.test(line))
    .map((line) => line.trim().split(/\s+/).slice(1).map(Number))
  // 16 is for tables that differ.
  if (![0, 16].includes(exit) || tables.length === 0 || tables.some(([errors]) => errors !== 0))
    throw new Error(`pt-table-checksum came to ${exit}:\n${stdout}\n${stderr}`)
  const sum = (column: number) => tables.reduce((total, numbers) => total + (numbers[column] ?? 0), 0)
  return { rows: sum(2), differing: sum(1) }
}
