import type { Snapshot } from '../../engine/core/backup.ts'
import { kindOf } from '../../engine/rollout/backup/kept-binlogs.ts'
import { type Contents, listCopies } from '../../engine/rollout/backup/repository.ts'
import { jsonLine } from '../json-line.ts'
import { lookOf } from '../output.ts'
import { alignedText } from '../render/aligned.ts'
import { say, write } from '../write.ts'
import { eachKept, inJson, type Kept, type KeptOptions } from './kept.ts'

/** What copies there are of each host, as the backup hosts have them. */
export const list = async (options: KeptOptions): Promise<void> => {
  const all = await eachKept(options, listCopies)
  if (options.json) for (const each of all) write(jsonLine(inJson(each, (value) => ({ copies: shown(value) }))))
  else show(all)
}

/** As restic shows it; it is taken wherever the whole is. */
export const shortId = (id: string): string => id.slice(0, 8)

/** Of binlogs the newest has what the others have. */
const shown = ({ copies, sql, binlogs }: Contents): readonly Snapshot[] => [...copies, ...sql, ...binlogs.slice(-1)]

const show = (all: readonly Kept<Contents>[]): void => {
  const rows = all.flatMap((each) =>
    'value' in each
      ? shown(each.value).map((copy) => [each.owner, each.backup.to, shortId(copy.id), copy.at, kindOf(copy)])
      : [],
  )
  if (rows.length > 0) write(alignedText(rows, lookOf(process.stdout, 0)))
  else say('There is no copy yet: fettle backup run makes one.')
}
