import { FettleError } from '../../core/error.ts'
import { quote } from '../../core/shell.ts'
import type { AppHost } from './site.ts'

/** Lines of its journal. */
const shown = 15

/** Adds to what is wrong with an instance what it said itself. Anything else stays as it is. */
export const withLastWords = async (
  { held }: Pick<AppHost, 'held'>,
  unit: string,
  error: unknown,
): Promise<unknown> => {
  if (!(error instanceof FettleError) || error.code !== 'instance.unhealthy') return error
  const [{ detail, ...problem }, ...rest] = error.problems
  // A host that is gone by now tells nothing, and that is not what went wrong first.
  const words = await held
    .ask(`journalctl --no-pager --quiet --lines ${shown} --output cat --unit ${quote(unit)}`)
    .catch(() => '')
  const said = words.trim() === '' ? `${unit} said nothing` : `the last words of ${unit}:\n${words.trimEnd()}`
  return new FettleError([{ ...problem, detail: detail === undefined ? said : `${detail}\n${said}` }, ...rest], error)
}
