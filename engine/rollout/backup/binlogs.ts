import { placeOf, type Snapshot } from '../../core/backup.ts'
import { FettleError } from '../../core/error.ts'
import { quote } from '../../core/shell.ts'
import { positionOfCopy } from '../database/seed-mariadb.ts'
import type { HeldHost } from '../held-host.ts'
import { repositoryIn } from './repository-script.ts'
import { type Scratch, scratchClient } from './scratch.ts'

/**
 * Repeats in a server with a copy what came after it: from what the host's own server has written down, or else, and to its end,
 * from what is kept of the writer's. Errors: `backup.refused` where neither reaches back to the copy, `step.failed`.
 */
export const repeatSince = async (held: HeldHost, scratch: Scratch, until: Date | 'end'): Promise<void> => {
  const { cluster } = scratch.backup
  const hasAll =
    until !== 'end' && (await held.ask(hasAllScript(cluster, new Date(scratch.snapshot.at)))).trim() === 'yes'
  if (!hasAll) await bringBinlogs(held, scratch, keptUntil(held.name, scratch, until))
  const title = `repeat what came after it${until === 'end' ? '' : `, until ${until.toISOString()}`}`
  await held.detached(title, replayScript(cluster, until, hasAll ? ownLogs : keptLogs), { again: true })
}

/** Shell that makes the files of binlogs its arguments: those of the host's own server, and those that were brought. */
const ownLogs = `logs=$(echo 'SELECT @@log_bin_basename;' | sql) || exit
set --
for log in $(echo 'SHOW BINARY LOGS;' | sql | cut -f 1); do set -- "$@" "\${logs%/*}/$log"; done`
const keptLogs = 'set -- "$folder"/binlogs/*.[0-9]*'

/** Shell that puts before its arguments what begins with the first transaction after the copy. */
const sinceCopy = `
case $flavor in
  mariadb)
    position=$(${positionOfCopy('$folder/data')})
    [ -z "$position" ] || set -- --start-position="$position" "$@"
    ;;
  mysql)
    has=$(echo 'SELECT @@gtid_executed;' | scratch | tr -d '\\n')
    before=$(tool binlog "$1" 2>/dev/null |
      awk '/Previous-GTIDs/ { found = 1; next } found && /^# [0-9a-f-]+:/ { printf "%s", $2; next } found { exit }')
    [ "$(echo "SELECT GTID_SUBSET('$before', '$has');" | scratch)" = 1 ] || {
      echo "what came right after the copy is not in these binlogs" >&2
      exit 1
    }
    set -- --exclude-gtids="$has" "$@"
    ;;
esac`

/**
 * A server that was made anew has binlogs too, but they begin after the copy: when the first one was begun is in its head.
 */
const hasAllScript = (cluster: string, copied: Date): string => `(${scratchClient(cluster)}
${ownLogs}
[ "$(od -An -tu4 -j4 -N4 "$1")" -le ${Math.floor(copied.getTime() / 1000)} ] || exit
${sinceCopy}
[ "$flavor" != mysql ] || [ "$(echo "SELECT GTID_SUBSET('$has', @@gtid_executed);" | sql)" = 1 ] || exit
echo yes) 2>/dev/null || :`

/** What one program reads the other one writes: either of them failing is a failure. */
const replayScript = (cluster: string, until: Date | 'end', logs: string): string => `
set -eu
${scratchClient(cluster)}
${logs}
${sinceCopy}
${until instanceof Date ? `set -- --stop-datetime="$(date -d @${(until.getTime() / 1000).toFixed(3)} '+%F %T')" "$@"` : ''}
{ tool binlog "$@" && : >"$folder/read"; } 2>"$folder/said" | scratch
[ -e "$folder/read" ] || { cat "$folder/said" >&2; exit 1; }`

/** Errors: `backup.refused` where nothing is kept, or not until then. */
const keptUntil = (host: string, { backup, binlogs }: Scratch, until: Date | 'end'): Snapshot => {
  const message = `what came after the copy of ${backup.cluster} is not in the binlogs of ${host} any more`
  const refused = (detail: string, hint: string) =>
    new FettleError({ code: 'backup.refused', host, message, detail, hint })
  if (!binlogs) throw refused(`none are kept on ${backup.to}`, 'choose a newer copy')
  if (until !== 'end' && Date.parse(binlogs.at) < until.getTime())
    throw refused(
      `those that are kept on ${backup.to} end at ${binlogs.at}`,
      `--at ${binlogs.at} is the last that can be had`,
    )
  return binlogs
}

const bringBinlogs = async (held: HeldHost, { backup, snapshot }: Scratch, binlogs: Snapshot): Promise<void> => {
  const repository = repositoryIn(placeOf(backup))
  const listed = await held.ask(`${repository}\nrepository ls --json ${quote(binlogs.id)}`)
  const needed = neededBinlogs(listed, new Date(snapshot.at)).map((path) => `--include ${quote(path)}`)
  const title = `bring the binlogs of ${binlogs.host} as of ${binlogs.at}`
  await held.detached(title, bringScript(backup.cluster, repository, `${quote(binlogs.id)} ${needed.join(' ')}`), {
    again: true,
  })
}

/** Minutes by which clocks may differ. */
const apart = 10

/** Pure. Of what restic lists: the binlogs that were written to since a copy, and the note how far the last one goes. */
export const neededBinlogs = (listed: string, since: Date): readonly string[] =>
  listed
    .split('\n')
    .filter((line) => line.includes('"struct_type":"node"'))
    .map((line) => JSON.parse(line) as { readonly type: string; readonly path: string; readonly mtime: string })
    .filter(({ type, mtime }) => type === 'file' && Date.parse(mtime) >= since.getTime() - apart * 60_000)
    .map(({ path }) => path)

/** What the last one has beyond the end that was noted was not whole when it was read. */
const bringScript = (cluster: string, repository: string, what: string): string => `
set -eu
${scratchClient(cluster)}
${repository}
come=$folder/coming logs=$folder/binlogs
rm -rf "$come" "$logs"
mkdir -m 0700 "$come" "$logs"
repository restore ${what} --target "$come" >/dev/null
find "$come" -type f -exec mv -t "$logs" {} +
rm -rf "$come"
read -r last size position <"$logs/end"
truncate -s "$size" "$logs/$last"
for log in "$logs"/*.[0-9]*; do
  [ ! "\${log##*/}" \\> "$last" ] || rm "$log"
done`
