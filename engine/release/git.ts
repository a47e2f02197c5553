import { join } from 'node:path'
import { execa } from 'execa'
import { FettleError } from '../core/error.ts'
import { didYouMean } from '../core/suggest.ts'

/** A folder in a git repository. */
export interface Repository {
  /** Its top. */
  readonly top: string
  /** The folder, from the top on; empty for the top itself. */
  readonly inside: string
}

interface Commit {
  readonly id: string
  readonly time: Date
}

const git = (folder: string, ...args: string[]) => execa('git', ['-C', folder, ...args], { reject: false })

/** Null where it is in none, or git is not there. Errors: `build.failed` where git does not want to read it. */
export const repositoryOf = async (folder: string): Promise<Repository | null> => {
  const { exitCode, stdout, stderr } = await git(folder, 'rev-parse', '--show-toplevel', '--show-prefix')
  if (exitCode === undefined || stderr.includes('not a git repository')) return null
  if (exitCode !== 0)
    throw new FettleError({ code: 'build.failed', message: `git cannot read ${folder}`, detail: stderr })
  const [top = '', prefix = ''] = stdout.split('\n')
  return { top, inside: prefix.replace(/\/$/, '') }
}

/**
 * The commit that a version names. Errors: `version.unknown`; `worktree.dirty` where it is what is checked out and
 * somebody has changed it since: what would be built is not what they see.
 */
export const commitOf = async ({ top, inside }: Repository, version: string): Promise<Commit> => {
  const named = await git(top, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${version}^{commit}`)
  if (named.exitCode !== 0) throw await unknown(top, version)
  const id = named.stdout.trim()
  const [head, time] = await Promise.all([git(top, 'rev-parse', 'HEAD'), git(top, 'log', '-1', '--format=%ct', id)])
  const changed = head.stdout === id ? await git(top, 'status', '--porcelain', '--', inside || '.') : null
  if (changed?.stdout) throw dirty(join(top, inside), changed.stdout)
  return { id, time: new Date(Number(time.stdout) * 1000) }
}

const unknown = async (top: string, version: string): Promise<FettleError> => {
  const { stdout } = await git(top, 'for-each-ref', '--format=%(refname:short)', '--sort=-creatordate', '--count=200')
  const known = stdout.split('\n').filter((name) => name !== '')
  return new FettleError({
    code: 'version.unknown',
    message: `the git repository ${top} has no version "${version}"`,
    hint: didYouMean(version, known) ?? `the newest are ${known.slice(0, 5).join(', ') || 'none'}; is it fetched?`,
  })
}

const dirty = (folder: string, changes: string): FettleError =>
  new FettleError({
    code: 'worktree.dirty',
    message: `${folder} has changes that are not committed`,
    detail: changes.split('\n').slice(0, 10).join('\n'),
    hint: 'commit them, or release the folder as it is with --as-is',
  })

/** Checks a commit out beside what is there, and gives back the folder in it. Errors: `build.failed` where it has none. */
export const checkOut = async ({ top, inside }: Repository, { id }: Commit, into: string): Promise<string> => {
  const { exitCode } = await git(top, 'cat-file', '-e', `${id}:${inside}`)
  if (exitCode !== 0)
    throw new FettleError({
      code: 'build.failed',
      message: `there was no folder ${inside} in the git repository ${top} at ${id.slice(0, 12)}`,
      hint: 'source.folder of the app says where its source is now; an older version may have it elsewhere',
    })
  await git(top, 'worktree', 'prune')
  await execa('git', ['-C', top, 'worktree', 'add', '--quiet', '--detach', into, id])
  return join(into, inside)
}

/** Forgets what was checked out. */
export const leave = async ({ top }: Repository, from: string): Promise<void> => {
  await git(top, 'worktree', 'remove', '--force', from)
}
