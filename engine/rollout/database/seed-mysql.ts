import { databaseState } from '../../core/database.ts'
import { client } from '../../core/database-client.ts'
import { quote } from '../../core/shell.ts'
import { heldOf } from './cluster.ts'
import { type Copy, noteCopy } from './copy.ts'

/**
 * The clone plugin takes a copy over the servers' own connection and restarts the server with it. The one who is asked
 * goes on serving.
 */
export const copyMysql: Copy = ({ host }, { host: donor }) =>
  heldOf(host).detached(`copy everything from ${donor.name}`, take(host.said.cluster, donor.address, donor.said.port), {
    again: true,
    measure,
  })

/** What is told of an earlier copy, before this one begins, says nothing of it. */
const measure = `${client}
echo "SELECT CONCAT(SUM(data), ' ', SUM(estimate)) FROM performance_schema.clone_progress
  WHERE 'In Progress' = (SELECT state FROM performance_schema.clone_status);" | sql 2>/dev/null`

const take = (cluster: string, address: string, port: number): string => {
  const before = `SET GLOBAL super_read_only = OFF; SET GLOBAL clone_valid_donor_list = '${address}:${port}';
CLONE INSTANCE FROM 'backup'@'${address}':${port} IDENTIFIED BY `
  return `${client}
tab=$(printf '\\t')
last=$(echo 'SELECT begin_time FROM performance_schema.clone_status;' | sql) || exit
password=$(cat ${databaseState(cluster)}/backup) || exit
said=$(printf '%s%s%s\\n' ${quote(before)} "$password" ${quote(' REQUIRE SSL;')} | sql 2>&1)
password=
# The server ends the connection when it restarts with the copy.
for try in $(seq 3600); do
  # In one answer: the server may end between two.
  told=$(echo 'SELECT state, begin_time FROM performance_schema.clone_status;' | sql 2>/dev/null) || { sleep 1; continue; }
  state=\${told%%"$tab"*}
  # What is told of an earlier copy says nothing of this one.
  [ "\${told#*"$tab"}" != "$last" ] || state=Failed
  if [ "$state" = Completed ]; then
    ${noteCopy(cluster, 'taken')}
    exit
  fi
  if [ "$state" = Failed ]; then
    # A server that does not understand a statement repeats it, and a password is in this one.
    printf '%s\\n' "$said" | grep -v '^ERROR 1064' >&2
    echo 'SET GLOBAL super_read_only = ON; SELECT error_message FROM performance_schema.clone_status;' | sql >&2
    exit 1
  fi
  sleep 1
done
echo 'the copy did not end' >&2
exit 1`
}
