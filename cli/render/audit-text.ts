import { groupBy } from '../../engine/core/group-by.ts'
import type { AuditedControl, HostAudit } from '../../engine/rollout/audit.ts'
import { alignedText } from './aligned.ts'
import { countText, detailLines } from './audit-words.ts'
import { type Look, paints } from './look.ts'
import { compressNames } from './names.ts'
import { problemText } from './problem-text.ts'
import { visibleLine } from './visible.ts'
import { truncated } from './width.ts'

/** A table of controls; hosts on which all of them are alike share one. */
export const auditText = (audits: readonly HostAudit[], look: Look): string => {
  const seen = audits.flatMap((each) => ('controls' in each ? [each] : []))
  const alike = groupBy(seen, ({ controls }) => JSON.stringify(controls))
  const tables = [...alike.values()].map((group) => tableText(group, look))
  const gone = audits.flatMap((each) => ('problem' in each ? [problemText(each.problem, look)] : []))
  return [...tables, ...gone].join('\n\n')
}

type Seen = Extract<HostAudit, { readonly controls: unknown }>

const tableText = (group: readonly Seen[], look: Look): string => {
  const controls = group[0]?.controls ?? []
  const names = paints(look).bold(compressNames(group.map(({ host }) => host)))
  if (controls.length === 0) return `${names}\n  no role of it has a control`
  const rows = controls.map(({ name, found, why }) => [`  ${name}`, found.state, why])
  const lines = alignedText(rows, look).split('\n')
  const table = controls.flatMap((control, index) => [
    painted(lines[index] ?? '', control, look),
    ...detailLines(control).map((line) => paints(look).dim(truncated(`    ${visibleLine(line)}`, look.columns))),
  ])
  return [names, ...table, `  ${paints(look).bold(countText(controls))}`].join('\n')
}

const painted = (line: string, { found }: AuditedControl, look: Look): string =>
  found.state === 'not in place' ? paints(look).red(line) : line
