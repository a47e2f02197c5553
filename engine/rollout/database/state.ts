import { builtInDatabases, databaseState, type Flavor, ownDatabase } from '../../core/database.ts'
import { client } from '../../core/database-client.ts'
import { quote } from '../../core/shell.ts'
import { literal } from '../../core/sql.ts'
import { positions } from './dialect.ts'

const common = `SELECT 'version', VERSION();
SELECT 'read_only', @@read_only;
SELECT 'databases', COUNT(*) FROM information_schema.schemata WHERE schema_name NOT IN
  (${[...builtInDatabases, 'test', ownDatabase].map(literal).join(', ')});`

/** Where there is no heartbeat yet, this question fails, and the others are answered. */
const lag = `SELECT 'lag', TIMESTAMPDIFF(MICROSECOND, at, UTC_TIMESTAMP(6)) / 1000000 FROM ${ownDatabase}.heartbeat;`

const questions: Readonly<Record<Flavor, string>> = {
  mariadb: `${common}
SELECT 'own', @@server_id;
SELECT 'position', ${positions.mariadb};
SELECT 'executed', CONCAT_WS(',', NULLIF(@@gtid_binlog_state, ''), NULLIF(@@gtid_slave_pos, ''));
SELECT 'semi_sync', @@rpl_semi_sync_master_enabled;
SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync_master_%';
${lag}`,
  mysql: `${common}
SELECT 'own', @@server_uuid;
SELECT 'position', ${positions.mysql};
SELECT 'executed', ${positions.mysql};
SELECT 'semi_sync', @@rpl_semi_sync_source_enabled;
SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync_source_%';
SELECT 'applier_error', last_error_message FROM performance_schema.replication_applier_status_by_worker
  WHERE last_error_number <> 0 LIMIT 1;
${lag}`,
}

const following: Readonly<Record<Flavor, string>> = {
  mariadb: 'SHOW SLAVE STATUS;',
  mysql: 'SHOW REPLICA STATUS;',
}

/**
 * Shell that tells what a host knows of a cluster, and what its server says of itself. It changes nothing. A server has
 * `patience` seconds for each of two calls, and one that answers half does not answer.
 */
export const stateScript = (cluster: string, patience = 10): string => `
${client}
# A server that hangs, or whose relay log has no room on its disk, takes connections and says nothing.
within='timeout -k 1 ${patience}'
epoch=$(cat ${databaseState(cluster)}/epoch 2>/dev/null) && printf 'epoch\\t%s\\n' "$epoch"
copy=$(cat ${databaseState(cluster)}/copy 2>/dev/null) && printf 'copy\\t%s\\n' "$copy"
if [ -n "$flavor" ]; then
  printf 'flavor\\t%s\\nunit\\t%s\\n' "$flavor" "$(systemctl is-active "$unit")"
  if [ "$flavor" = mysql ]; then
    questions=${quote(questions.mysql)} following=${quote(following.mysql)}
  else
    questions=${quote(questions.mariadb)} following=${quote(following.mariadb)}
  fi
  printf '%s\\n' "$questions" | sql --force 2>&1
  asked=$?
  printf '%s\\n' "$following" | named 2>&1
  [ $? -lt 124 ] && [ $asked -lt 124 ] || printf 'stuck\\tit gives no answer within ${patience} s\\n'
fi
:`
