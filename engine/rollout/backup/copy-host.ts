import { type Backup, type BackupCopy, backupUnit, type DatabaseCopy, summaryOf } from '../../core/backup.ts'
import { FettleError, type Problem } from '../../core/error.ts'
import type { Emit } from '../../core/event.ts'
import type { Session } from '../../core/ports.ts'
import { quote } from '../../core/shell.ts'
import { readStatus, readSummary } from './restic-json.ts'

export interface CopyRequest {
  readonly host: string
  readonly backup: Backup
  /** Of a database, as what. Default: `databases`. */
  readonly kind?: DatabaseCopy
  readonly emit: Emit
}

/**
 * Has a host copy itself, or the database of which it has a server, to a backup host, and waits for it; a copy that is under
 * way is waited for. It goes on where nobody waits any more. Errors: `backup.failed`, `connection.lost`, `cancelled`.
 */
export const copyHost = async (
  session: Session,
  { host, backup, kind = 'databases', emit }: CopyRequest,
  signal: AbortSignal,
): Promise<BackupCopy> => {
  const { to, cluster } = backup
  const told = { host, key: `backup:${to}`, title: `copy ${whatOf(backup, kind)}to ${to}` }
  const started = performance.now()
  emit({ type: 'step.intended', ...told })
  const onLine = (line: string): void => {
    const status = readStatus(line)
    if (status) emit({ type: 'step.progress', ...told, ...status })
  }
  const { exit, stdout, stderr } = await session.run(copyScript(backup, kind), { onLine, signal })
  const made = exit === 0 ? readSummary(stdout.trim().split('\n').at(-1) ?? '') : null
  if (!made) {
    const problem = failed(host, backup, exit, stderr)
    emit({ type: 'step.failed', ...told, problem })
    throw new FettleError(problem)
  }
  const duration = performance.now() - started
  emit({ type: 'step.done', ...told, duration })
  emit({ type: 'backup.made', host, to, cluster, ...made, duration })
  return made
}

const whatOf = ({ cluster }: Backup, kind: DatabaseCopy): string => {
  if (cluster === null) return ''
  return kind === 'sql' ? `${cluster} as SQL ` : `${cluster} `
}

/** Prints how far it is each second, and the summary last. Exits as the copy did, with what that said. */
const copyScript = (backup: Backup, kind: DatabaseCopy): string => `
unit=${quote(backupUnit(backup, kind))} summary=${quote(summaryOf(backup, kind))}
[ "$(systemctl show -P LoadState "$unit")" = loaded ] || { echo "there is no $unit" >&2; exit 4; }
systemctl start "$unit" 2>/dev/null &
while kill -0 $! 2>/dev/null; do
  tail -n 1 "$summary~" 2>/dev/null
  sleep 1
done
if wait $!; then cat "$summary"; exit; fi
invocation=$(systemctl show -P InvocationID "$unit")
journalctl --quiet --output cat "_SYSTEMD_INVOCATION_ID=$invocation" --lines 20 >&2
exit "$(systemctl show -P ExecMainStatus "$unit")"`

const failed = (host: string, { to, cluster }: Backup, exit: number, said: string): Problem => ({
  code: 'backup.failed',
  host,
  message:
    exit === 3
      ? `not everything of ${host} that must survive could be read: the copy on ${to} is not whole`
      : `${cluster === null ? host : `the database ${cluster}`} could not be copied to ${to}`,
  detail: said.trim(),
  ...(exit === 4 && { hint: 'fettle provision makes it' }),
})
