import { client } from '../../core/database-client.ts'

/**
 * Arguments: what the server is thought to be, statements. Root writes where nobody may yet, and waits for no replica
 * there: what keeps it from that is taken away for the length of the script. `read_only` stays.
 */
export const tellScript = `
${client}
standing=$1
shift
ask() { printf '%s\\n' "$1" | sql; }
closed=$(ask 'SELECT @@global.read_only') || exit
if [ "$closed" != 0 ] && [ "$standing" != beginning ]; then
  echo 'the server takes no writes any more' >&2
  exit 1
fi
schema=information_schema
[ "$flavor" = mariadb ] || schema=performance_schema
hindrances() {
  ask "SELECT CONCAT('SET GLOBAL ', variable_name, ' = $1;') FROM $schema.global_variables WHERE variable_value = 'ON' AND
    LOWER(variable_name) IN ('super_read_only', 'rpl_semi_sync_master_enabled', 'rpl_semi_sync_source_enabled')"
}
if [ "$standing" = beginning ]; then
  off=$(hindrances OFF) && on=$(hindrances ON) || exit
  trap 'ask "$on"' EXIT
  ask "$off" || exit
fi
said=$(printf '%s\\n' "$@" | sql 2>&1) && exit
# What failed may hold what a server keeps of a password.
printf '%s\\n' "$said" | grep '^ERROR' >&2
exit 1`
