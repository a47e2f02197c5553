import { execFile } from 'node:child_process'
import type { Revision } from '../engine/core/event.ts'

/** Milliseconds: whoever has a work tree that takes longer to look through is not kept waiting for it. */
const patience = 5000

/** One command tells the commit and whatever is not as committed; what Fettle itself keeps there does not count. */
const status = ['--no-optional-locks', 'status', '--porcelain=v2', '--branch', '--', '.', ':(exclude).fettle']

/**
 * What git says of the site's folder; null where it is in no work tree, has no commit, or there is no git. Without
 * execa, which takes longer to load than git to answer.
 */
export const revisionOf = async (folder: string): Promise<Revision | null> => {
  const told = await new Promise<string | null>((resolve) => {
    execFile('git', status, { cwd: folder, timeout: patience, maxBuffer: 64 << 20 }, (error, stdout) =>
      resolve(error ? null : stdout),
    )
  })
  const lines = told?.split('\n').filter((line) => line !== '') ?? []
  const commit = lines.flatMap((line) => /^# branch\.oid ([0-9a-f]+)$/.exec(line)?.[1] ?? [])[0]
  return commit === undefined ? null : { commit, dirty: lines.some((line) => !line.startsWith('#')) }
}
