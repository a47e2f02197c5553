import { databaseState } from '../../core/database.ts'
import { client } from '../../core/database-client.ts'
import { quote } from '../../core/shell.ts'
import { heldOf } from './cluster.ts'
import type { Copy } from './copy.ts'

/**
 * The clone plugin takes a copy over the servers' own connection and restarts the server with it. The one who is asked
 * goes on serving.
 */
export const copyMysql: Copy = ({ host }, { host: donor }) => {
  const place = `'${donor.address}:${donor.said.port}'`
  const before = `SET GLOBAL super_read_only = OFF; SET GLOBAL clone_valid_donor_list = ${place};
CLONE INSTANCE FROM 'backup'@'${donor.address}':${donor.said.port} IDENTIFIED BY `
  const body = `${client}
password=$(cat ${databaseState(host.said.cluster)}/backup) || exit
printf '%s%s%s\\n' ${quote(before)} "$password" ${quote(' REQUIRE SSL;')} | sql || :
# The server ends the connection when it restarts with the copy.
for try in $(seq 300); do
  state=$(echo 'SELECT state FROM performance_schema.clone_status;' | sql 2>/dev/null) || { sleep 1; continue; }
  [ "$state" = Completed ] && exit 0
  [ "$state" != Failed ] || { echo 'SELECT error_message FROM performance_schema.clone_status;' | sql >&2; exit 1; }
  sleep 1
done
echo 'the copy did not end' >&2
exit 1`
  return heldOf(host).step(`copy everything from ${donor.name}`, `(${body})`)
}
