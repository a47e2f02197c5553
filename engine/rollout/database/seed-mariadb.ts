import { copyPort, type DatabaseServer, type DatabaseTls } from '../../core/database.ts'
import { client } from '../../core/database-client.ts'
import { throwRejected } from '../../core/error.ts'
import { quote } from '../../core/shell.ts'
import { literal } from '../../core/sql.ts'
import { heldOf } from './cluster.ts'
import { type Copy, noteCopy } from './copy.ts'
import { binlogState } from './gtids.ts'
import { executedBy } from './member.ts'
import { coming, endSwap, folder, startWithCopy } from './swap.ts'

/**
 * mariadb-backup reads the files of the one that serves, and sends them to the other one, encrypted and known to each
 * other where the cluster has TLS. Both ends are steps that outlive the connection, and neither outlives the other by long.
 * They leave the processors to whoever serves.
 */
export const copyMariadb: Copy = async ({ host }, { host: donor, member }, size) => {
  const { cluster, tls } = host.said
  const ends = await Promise.allSettled([
    heldOf(donor).detached(`send a copy to ${host.name}`, send(host.address, donor.said), { again: true }),
    heldOf(host).detached(
      `take a copy from ${donor.name}`,
      take(donor.address, tls, cluster, binlogState(executedBy(member))),
      {
        again: true,
        // The log of what was written meanwhile goes when the copy is made ready.
        measure: `du -s --block-size=1 --exclude='ib_logfile*' ${coming} 2>/dev/null | sed 's/\\t.*/ ${size}/'`,
      },
    ),
  ])
  throwRejected(ends)
}

/** Shell that prints where a copy in a folder was taken, as the program that made it noted it; nothing for one of MySQL. */
export const positionOfCopy = (folder: string): string =>
  `cat "${folder}"/xtrabackup_binlog_info "${folder}"/mariadb_backup_binlog_info 2>/dev/null | head -n 1 | cut -f 3`

/** A connection whose other end is gone breaks within half a minute, whether something is to be sent or not. */
const lively = 'keepalive,keepidle=10,keepintvl=5,keepcnt=4,sockopt-int=6:18:30000'

const certificates = (tls: DatabaseTls | null): string =>
  tls === null ? '' : `,cafile=${tls.authority},cert=${tls.certificate},key=${tls.key},verify=1`

/**
 * A replica says where it is from its memory, which follows its data by a moment; what came with the data is of the same
 * moment. Where one that was the writer gives the copy, only what it says is right: what came is of the time before.
 */
const isAsFarFunction = `
is_as_far() { # two positions: the first of one domain, and not before the second
  case $1,$2 in *,*,*) return 1 ;; esac
  [ -n "$1" ] && [ "\${1##*-}" -ge "\${2##*-}" ]
}`

/**
 * What it had goes only when the copy is whole and has been made ready. `history` is what the donor had before: binlogs do not
 * come along, and without knowing whose transactions it has, others could not follow this one.
 */
const take = (from: string, tls: DatabaseTls | null, cluster: string, history: string): string => `
set -eu
${client}
new=${coming}
rm -rf ${folder}/.fettle-*
mkdir -m 0700 "$new"
trap 'rm -rf "$new"' EXIT
nice socat -u ${tls === null ? 'TCP' : 'OPENSSL'}-LISTEN:${copyPort},reuseaddr,accept-timeout=90,range=${from}/32,${lively}${certificates(tls)} STDOUT |
  nice mbstream -x -C "$new"
# These come last.
for last in checkpoints info; do
  [ -s "$new/xtrabackup_$last" ] || [ -s "$new/mariadb_backup_$last" ] || { echo 'the copy was cut short' >&2; exit 1; }
done
mariadb-backup --prepare --target-dir="$new" >"$new/.log" 2>&1 || { tail -n 20 "$new/.log" >&2; exit 1; }
rm "$new/.log"
position=$(${positionOfCopy('$new')})
${startWithCopy(cluster)}
${isAsFarFunction}
came=$(echo 'SELECT @@gtid_slave_pos;' | sql)
[ -z "$position" ] || is_as_far "$came" "$position" || printf "SET GLOBAL gtid_slave_pos = '%s';\\n" "$position" | sql
printf '%s\\n' ${quote(`RESET MASTER; SET GLOBAL gtid_binlog_state = ${literal(history)};`)} | sql
${endSwap(cluster)}
${noteCopy(cluster, 'taken')}
`

/** Commits wait at the end until the log has been looked at once more, which by itself is done once a second. */
const send = (to: string, { tls, copyRate }: DatabaseServer): string => `
set -eu
# A server that was started a moment ago has its own tables brought up to date behind that, and a copy would get some of them twice.
for second in $(seq 60); do
  grep -qs '[/]etc/mysql/debian-start' /proc/[0-9]*/cmdline || break
  sleep 1
done
log=/run/fettle-seed.log
nice mariadb-backup --backup --stream=mbstream --user=root --log-copy-interval=50${copyRate === null ? '' : ` --throttle=${copyRate}`} 2>"$log" |
  nice socat -u STDIN ${tls === null ? 'TCP' : 'OPENSSL'}:${to}:${copyPort},retry=60,interval=1,connect-timeout=2,${lively}${certificates(tls)} || {
  echo 'the copy could not be sent' >&2
  exit 1
}
tail -n 1 "$log" | grep -q 'completed OK' || { tail -n 5 "$log" >&2; exit 1; }
`
