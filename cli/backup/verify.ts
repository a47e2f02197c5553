import { verifyCopies } from '../../engine/rollout/backup/repository.ts'
import { jsonLine } from '../json-line.ts'
import { write } from '../write.ts'
import { eachKept, inJson, type KeptOptions } from './kept.ts'
import { shortId } from './list.ts'

interface VerifyOptions extends KeptOptions {
  readonly data: number
  readonly within: number
}

/** Whether repositories are whole, and their newest copies new enough. */
export const verify = async (options: VerifyOptions): Promise<void> => {
  const { data, within, json } = options
  const all = await eachKept(options, (session, repository) =>
    verifyCopies(session, repository, { data, within: within / 3_600_000 }, new Date()),
  )
  for (const each of all) {
    if (json) write(jsonLine(inJson(each, (newest) => ({ newest }))))
    else if ('value' in each)
      write(
        `${each.owner} on ${each.backup.to}: whole, the newest copy is ${shortId(each.value.id)} of ${each.value.at}`,
      )
  }
}
