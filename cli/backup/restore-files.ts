import {
  asideOf,
  type FoundPath,
  findPaths,
  type RestoreFiles,
  restorePath,
} from '../../engine/rollout/backup/restore-files.ts'
import { holdingAll } from '../../engine/rollout/leases.ts'
import { agreed } from '../approval.ts'
import { bytes } from '../render/bytes.ts'
import { chooseCopy, type RestoreOptions, restoreOn } from './restoring.ts'
import { openRepositories } from './site.ts'

interface FilesOptions extends RestoreOptions {
  readonly into?: string
}

/** Puts files of a host back as a copy has them. What is in their place is kept beside them. */
export const restoreFiles = async (host: string, paths: readonly string[], options: FilesOptions): Promise<void> => {
  const site = await openRepositories({ ...options, limit: host })
  const { repository, snapshot } = await chooseCopy(site, ({ backup }) => backup.repository === host, options)
  const into = options.into?.replace(/\/+$/, '') ?? null
  await restoreOn(site, host, options, async (held, { emit, claim }) => {
    const restore = { paths, snapshot, from: repository.backup.to, into, mark: claim.owner }
    const found = await findPaths(held, restore)
    const shown = found.flatMap((each) => describeFound(each, restore)).join('\n')
    if (!(await agreed(site.inventory.environment, options, { shown, isAnything: true }))) return false
    await holdingAll([held], { claim, wait: options.wait ?? false, emit }, async () => {
      for (const each of found) await restorePath(held, each, restore)
    })
    return true
  })
}

/** What comes back, and what becomes of what is in its place: lines. */
export const describeFound = (each: FoundPath, restore: RestoreFiles): readonly string[] => [
  `  ${each.target}  ${bytes(each.bytes)} as of ${restore.snapshot.at}, from ${restore.from}`,
  ...(each.isThere ? [`    what is there now becomes ${asideOf(each, restore)}`] : []),
]
