import { type Backup, type CopyKind, databaseCopies, placeOf, type Snapshot } from '../../core/backup.ts'
import { client } from '../../core/database-client.ts'
import { tellContents } from '../../core/database-contents.ts'
import { quote } from '../../core/shell.ts'
import { networkOf, type Reach } from './reach.ts'
import { repositoryIn } from './repository-script.ts'

/** A copy of a cluster as a server of its own on one of its hosts. */
export interface Scratch {
  readonly backup: Backup & { readonly cluster: string }
  readonly snapshot: Snapshot
  /** What came after the copy is repeated until then; null for not at all. */
  readonly until: Date | 'end' | null
  /** What is kept of the writer's binlogs, for where the host's own server has not all of it; null for nothing. */
  readonly binlogs: Snapshot | null
}

/** The moment that it is to be as of. */
export const momentOf = ({ snapshot, until, binlogs }: Scratch): Date =>
  until instanceof Date ? until : new Date((until === 'end' && binlogs?.at) || snapshot.at)

/** Whether a copy is of statements. */
export const isSql = ({ tags }: Snapshot): boolean => tags.includes('sql' satisfies CopyKind)

const folderOf = (cluster: string): string => `/var/lib/fettle-scratch/${cluster}`

export const socketOf = (cluster: string): string => `${folderOf(cluster)}/socket`

/** Shell with `scratch`, which reads statements as `sql` does, and `tool`, for `dump` and others that are called by flavor. */
export const scratchClient = (cluster: string): string => `${client}
folder=${folderOf(cluster)} server=fettle-scratch-${cluster}
scratch() { "$flavor" --no-defaults --user=root --socket="$folder/socket" --batch --raw --skip-column-names "$@"; }
tool() {
  case $flavor in mariadb) tool=mariadb-$1 ;; mysql) tool=mysql$1 ;; esac
  shift
  "$tool" --no-defaults "$@"
}
`

export const endScratch = (cluster: string): string => `${scratchClient(cluster)}
systemctl stop "$server" 2>/dev/null
rm -rf "$folder"`

/** Brings the copy. Nothing of the host's own server is touched. */
export const bringScript = ({ backup, snapshot }: Scratch): string => `
set -eu
${scratchClient(backup.cluster)}
${repositoryIn(placeOf(backup))}
systemctl stop "$server" 2>/dev/null || :
rm -rf "$folder"
mkdir -p "\${folder%/*}"
mkdir -m 0700 "$folder"
size=$(repository stats --mode restore-size --json ${quote(snapshot.id)} | sed -n 's/.*"total_size":\\([0-9]*\\).*/\\1/p')
free=$(df --output=avail --block-size=1 "$folder" | tail -n 1)
[ "$free" -gt "$size" ] || { echo "it takes $size bytes, and $free are free in $folder" >&2; exit 1; }
echo "$size" >"$folder/size"
repository restore ${quote(snapshot.id)} --target "$folder" >/dev/null
mv "$folder${databaseCopies}/${isSql(snapshot) ? 'sql' : 'data'}.had" "$folder/had" 2>/dev/null || :
${isSql(snapshot) ? emptyServer : `mv "$folder${databaseCopies}/data" "$folder/data"`}
chown -R mysql:mysql "$folder"`

/** Statements want a server that has nothing yet. */
const emptyServer = `mv "$folder${databaseCopies}/sql/all.sql" "$folder/all.sql"
mkdir -m 0700 "$folder/data"
chown -R mysql:mysql "$folder"
case $flavor in
  mariadb) mariadb-install-db --no-defaults --user=mysql --datadir="$folder/data" --skip-test-db >/dev/null ;;
  mysql) /usr/sbin/mysqld --no-defaults --initialize-insecure --user=mysql --datadir="$folder/data" --log-error="$folder/log" ;;
esac`

/** Has the server read the statements of a copy; the last line of them says that they are all there. */
export const loadScript = (cluster: string): string => `
set -eu
${scratchClient(cluster)}
tail -n 1 "$folder/all.sql" | grep -q '^-- Dump completed' || { echo 'the copy was broken off' >&2; exit 1; }
scratch <"$folder/all.sql"
rm "$folder/all.sql"`

export const bringMeasure = (cluster: string): string => {
  const folder = folderOf(cluster)
  return `all=$(cat ${folder}/size 2>/dev/null) && printf '%s %s' "$(du -s --apparent-size --block-size=1 ${folder} | cut -f 1)" "$all"`
}

/** It reads none of the host's settings, writes no binlog and follows nobody. Null for a server without a network. */
export const startScript = (cluster: string, reach: Reach | null): string => `
set -eu
${scratchClient(cluster)}
${networkOf(reach)}
case $flavor in
  mariadb) set -- "$@" /usr/sbin/mariadbd --no-defaults --skip-log-bin --skip-slave-start ;;
  mysql) set -- "$@" /usr/sbin/mysqld --no-defaults --disable-log-bin --skip-replica-start --mysqlx=OFF --gtid-mode=ON --enforce-gtid-consistency=ON ;;
esac
systemd-run --quiet --collect --unit="$server" -p User=mysql -p LimitNOFILE=16384 "$@" --datadir="$folder/data" --socket="$folder/socket" \\
  --pid-file="$folder/pid" --log-error="$folder/log" $network --event-scheduler=OFF --innodb-buffer-pool-size=128M
until echo 'SELECT 1;' | scratch >/dev/null 2>&1; do
  systemctl -q is-active "$server" || { tail -n 20 "$folder/log" >&2; exit 1; }
  sleep 0.2
done`

/** What the server had when the copy was begun: nothing is told of a copy that does not say. */
export const hadScript = (cluster: string): string => `cat ${folderOf(cluster)}/had 2>/dev/null || :`

export const contentsScript = (cluster: string): string => `(${scratchClient(cluster)}
scratch <<'END'
${tellContents}
END
)`

/** Fails where a table is damaged. */
export const checkScript = (cluster: string): string => `
set -eu
${scratchClient(cluster)}
bad=$(tool check --user=root --socket="$folder/socket" --check --all-databases --silent 2>&1) || :
[ -z "$bad" ] || { printf '%s\\n' "$bad" >&2; exit 1; }`
