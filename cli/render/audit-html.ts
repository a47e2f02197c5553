import { groupBy } from '../../engine/core/group-by.ts'
import type { AuditedControl, HostAudit } from '../../engine/rollout/audit.ts'
import { countText, detailLines } from './audit-words.ts'
import { type Html, html } from './html.ts'
import { htmlPage } from './html-page.ts'
import { compressNames } from './names.ts'

interface Head {
  readonly site: string
  readonly environment: string
  readonly at: Date
}

/** An audit as a page of its own, for whoever asks how hosts are protected. */
export const auditHtml = (audits: readonly HostAudit[], { site, environment, at }: Head): string => {
  const seen = audits.flatMap((each) => ('controls' in each ? [each] : []))
  const alike = groupBy(seen, ({ controls }) => JSON.stringify(controls))
  const gone = audits.flatMap((each) => ('problem' in each ? [each] : []))
  const title = `Audit of ${site}, ${environment}`
  return htmlPage(
    title,
    html`<h1>${title}</h1>
<p>${at.toISOString().replace(/\.\d+/, '')}</p>
${[...alike.values()].map((group) =>
  tableHtml(
    group.map(({ host }) => host),
    group[0]?.controls ?? [],
  ),
)}
${gone.map(({ host, problem }) => html`<h2>${host}</h2>\n<p class="bad">could not be looked at: ${problem.message}</p>\n`)}`,
  )
}

const tableHtml = (hosts: readonly string[], controls: readonly AuditedControl[]): Html =>
  html`<h2>${compressNames(hosts)}</h2>
<p>${countText(controls)}</p>
<table>
<tr><th>control</th><th>state</th><th>why</th><th>asked for by</th></tr>
${controls.map(rowHtml)}
</table>
`

const rowHtml = (control: AuditedControl): Html => {
  const { name, role, title, why, reference, found } = control
  const state = found.state === 'not in place' ? html`<b class="bad">${found.state}</b>` : html`${found.state}`
  return html`<tr><td><code>${name}</code><br>${title}<br><span class="hosts">role ${role}</span></td><td>${state}${detailLines(control).map((line) => html`<br>${line}`)}</td><td>${why}</td><td>${reference ?? ''}</td></tr>\n`
}
