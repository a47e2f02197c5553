import { type Backup, keeper, repositoryPassword } from '../../core/backup.ts'
import { FettleError } from '../../core/error.ts'
import type { Session } from '../../core/ports.ts'
import { reveal } from '../../core/secret.ts'
import { command, quote } from '../../core/shell.ts'

/** A repository, asked on the backup host that has it. */
export interface Repository {
  /** Whose it is, for people: a host, or a cluster of databases. */
  readonly owner: string
  readonly backup: Backup
}

export const ownerOf = ({ repository, cluster }: Backup): string =>
  cluster === null ? repository : `the database ${cluster}`

/**
 * Runs restic on a repository as who keeps it. The password comes along for as long as it takes: the backup host has none
 * of its own. Resolves with what it printed. Errors: `backup.failed`, `connection.lost`, `cancelled`.
 */
export const askKeeper = async (
  session: Session,
  { owner, backup }: Repository,
  argv: readonly string[],
  signal?: AbortSignal,
): Promise<string> => {
  const { to, repository } = backup
  const folder = `${backup.folder}/${repository}`
  const restic = command('restic', '--repo', folder, '--no-cache', ...argv)
  const asKeeper = command('setpriv', `--reuid=${keeper}`, `--regid=${keeper}`, '--clear-groups')
  // The shell's own printf: nobody sees what it is given.
  const script = `cd / && [ -e ${quote(`${folder}/config`)} ] || exit 10
printf '%s\\n' ${quote(reveal(repositoryPassword(backup.key, repository)))} | ${asKeeper} ${restic}`
  const { exit, stdout, stderr } = await session.run(script, { ...(signal && { signal }) })
  if (exit === 0) return stdout
  const message = exit === 10 ? `${to} has no copy of ${owner}` : `the repository of ${owner} on ${to} is not in order`
  const detail = stderr.trim().split('\n').slice(-20).join('\n')
  const hint = 'fettle backup run makes one'
  throw new FettleError({ code: 'backup.failed', host: to, message, ...(exit === 10 ? { hint } : { detail }) })
}
