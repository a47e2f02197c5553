import { pruneCopies } from '../../engine/rollout/backup/repository.ts'
import { jsonLine } from '../json-line.ts'
import { counted } from '../render/look.ts'
import { write } from '../write.ts'
import { eachKept, inJson, type KeptOptions } from './kept.ts'

/** Removes the copies that need not be kept any longer. Hosts cannot do that themselves. */
export const prune = async (options: KeptOptions): Promise<void> => {
  const all = await eachKept(options, (session, repository) => pruneCopies(session, repository, new Date()))
  for (const each of all) {
    if (options.json) write(jsonLine(inJson(each, (pruned) => pruned)))
    else if ('value' in each)
      write(
        `${each.owner} on ${each.backup.to}: ${counted(each.value.removed, 'copy', 'copies')} removed, ${each.value.left} left`,
      )
  }
}
