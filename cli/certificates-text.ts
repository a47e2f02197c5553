import { groupBy } from '../engine/core/group-by.ts'
import type { Due } from '../engine/secrets/certificates/due.ts'
import type { Listed } from '../engine/secrets/certificates/listing.ts'

/** Host by host; the authority first, what nobody asks for last. */
export const certificatesText = (listed: readonly Listed[]): string => {
  const [authority, ...others] = listed
  const [asked, unasked] = [others.filter(({ host }) => host !== null), others.filter(({ host }) => host === null)]
  const longest = (texts: readonly string[]) => Math.max(0, ...texts.map(({ length }) => length))
  const widths = [longest(asked.map(({ name }) => name)), longest(asked.map(({ names }) => names.join(', ')))] as const
  const sections = [...groupBy(asked, ({ host }) => host)].map(([host, rows]) =>
    section(
      String(host),
      rows.map((row) => `${row.name.padEnd(widths[0])}  ${row.names.join(', ').padEnd(widths[1])}  ${state(row)}`),
    ),
  )
  const rest = unasked.map(({ name, expires }) => `${name}  expires ${date(expires)}`)
  return [
    ...(authority ? [section('authority', [state(authority)])] : []),
    ...sections,
    ...(rest.length > 0 ? [section('no role asks for', rest)] : []),
  ].join('\n\n')
}

const section = (title: string, lines: readonly string[]): string =>
  [title, ...lines.map((line) => `  ${line}`)].join('\n')

const date = (at: Date | null): string => at?.toISOString().slice(0, 10) ?? 'never'

const reasons: Readonly<Record<Due, string>> = {
  missing: 'not made yet',
  names: 'asked for with other names',
  uses: 'asked for with other uses',
  authority: 'of another authority',
  dates: 'due',
}

const state = ({ expires, renewed, due }: Listed): string => {
  const until = expires ? [`expires ${date(expires)}`] : []
  return [...until, due ? `${reasons[due]}: the next provision issues it` : `renewed from ${date(renewed)} on`].join(
    ', ',
  )
}
