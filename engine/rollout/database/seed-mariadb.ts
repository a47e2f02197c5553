import { type DatabaseTls, copyPort as port } from '../../core/database.ts'
import { client } from '../../core/database-client.ts'
import { heldOf } from './cluster.ts'
import type { Copy } from './copy.ts'

const folder = '/var/lib/mysql'
const aside = '/var/lib/mysql/.fettle-seed'

/**
 * mariadb-backup reads the files of the one that serves, and sends them to the other one, encrypted and known to each
 * other where the cluster has TLS. Both ends are steps that outlive the connection.
 */
export const copyMariadb: Copy = async ({ host }, { host: donor }) => {
  await Promise.all([
    heldOf(host).detached(`take a copy from ${donor.name}`, take(donor.address, host.said.tls)),
    heldOf(donor).detached(`send a copy to ${host.name}`, send(host.address, donor.said.tls)),
  ])
}

const certificates = ({ authority, certificate, key }: DatabaseTls): string =>
  `cafile=${authority},cert=${certificate},key=${key},verify=1`

const take = (from: string, tls: DatabaseTls | null): string => `
set -eu
${client}
new=${aside}
rm -rf "$new" && mkdir -m 0700 "$new"
socat -u ${
  tls === null
    ? `TCP-LISTEN:${port},reuseaddr,range=${from}/32`
    : `OPENSSL-LISTEN:${port},reuseaddr,range=${from}/32,${certificates(tls)}`
} STDOUT | mbstream -x -C "$new"
[ -e "$new/backup-my.cnf" ] || { echo 'no copy came' >&2; exit 1; }
mariadb-backup --prepare --target-dir="$new" 2>&1 | tail -n 3
info=$(cat "$new"/xtrabackup_binlog_info "$new"/mariadb_backup_binlog_info 2>/dev/null | head -n 1)
position=$(printf '%s\\n' "$info" | cut -f 3)
systemctl stop "$unit"
find ${folder} -mindepth 1 -maxdepth 1 ! -name "\${new##*/}" -exec rm -rf {} +
mv "$new"/* ${folder}/ && rmdir "$new"
chown -R mysql:mysql ${folder}
systemctl start "$unit"
printf "SET GLOBAL gtid_slave_pos = '%s';\\n" "$position" | sql
`

const send = (to: string, tls: DatabaseTls | null): string => `
set -eu
mariadb-backup --backup --stream=mbstream --user=root 2>/run/fettle-seed.log |
  socat -u STDIN ${
    tls === null
      ? `TCP:${to}:${port},retry=60,interval=1`
      : `OPENSSL:${to}:${port},retry=60,interval=1,${certificates(tls)}`
  }
tail -n 1 /run/fettle-seed.log | grep -q 'completed OK' || { tail -n 5 /run/fettle-seed.log >&2; exit 1; }
`
