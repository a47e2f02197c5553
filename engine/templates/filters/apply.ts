import { didYouMean } from '../../core/suggest.ts'
import { choosingFilters } from './choose.ts'
import { applyFilter, type Filters } from './filter.ts'
import { listFilters } from './lists.ts'
import { scalarFilters } from './scalars.ts'
import { tests } from './tests.ts'
import { textFilters } from './text.ts'
import { Misuse } from './values.ts'

/** The first argument is the value that stands before the bar. */
export const apply = (name: string, args: readonly unknown[]): unknown => {
  const filter = Object.hasOwn(filters, name) ? filters[name] : undefined
  if (!filter) throw new Misuse(`there is no filter "${name}"`, didYouMean(name, Object.keys(filters)))
  return applyFilter(name, filter, args)
}

/** The first argument is the value that stands before "is". */
export const test = (name: string, args: readonly unknown[]): boolean => {
  const judge = Object.hasOwn(tests, name) ? tests[name] : undefined
  if (!judge) throw new Misuse(`there is no test "${name}"`, didYouMean(name, Object.keys(tests)))
  return judge(args[0], args[1])
}

export const filters: Filters = {
  ...textFilters,
  ...scalarFilters,
  ...listFilters,
  ...choosingFilters({ apply, test }),
}
