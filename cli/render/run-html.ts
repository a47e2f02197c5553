import type { Problem } from '../../engine/core/error.ts'
import type { PlannedChange } from '../../engine/core/event.ts'
import type { Difference } from '../../engine/core/plan.ts'
import type { RecordedHost, RunDetails } from '../../engine/store/details.ts'
import type { RunState } from '../run-state.ts'
import { diffLines } from './diff-text.ts'
import { durationText } from './duration.ts'
import { type Html, html } from './html.ts'
import { htmlPage } from './html-page.ts'
import { seenText } from './lines.ts'
import type { Look } from './look.ts'
import { compressNames } from './names.ts'
import { changeGroups, reactionGroups } from './plan-groups.ts'
import { outcomeWords } from './recap-text.ts'
import { plansOf, revisionText, unfinishedSteps } from './run-plans.ts'
import { endWords } from './run-text.ts'
import { authorText } from './runs-text.ts'
import { headings, type Kind, kinds } from './symbols.ts'

/** One run as a page of its own. */
export const runHtml = (details: RunDetails, state: RunState): string => {
  const { run } = details
  const body = html`<h1>fettle ${run.command ?? '?'}</h1>
${headHtml(details, state)}
${(run.problems ?? []).map(problemHtml)}
${hostsHtml(details)}
${plansHtml('Done', details, 'done')}
${plansHtml('Planned, and not done', details, 'planned')}
${listHtml(
  'Releases',
  details.releases.map(({ host, app, release, happened }) => `${host}: ${app} ${release} ${happened}`),
)}
${listHtml(
  'Begun, and no end recorded',
  unfinishedSteps(details).map(({ host, title }) => `${host}: ${title}`),
)}
${listHtml(
  'Warnings',
  details.warnings.map(({ host, message }) => (host === null ? '' : `${host}: `) + message),
)}`
  return htmlPage(run.run, body)
}

/** Whoever reads it may be elsewhere, and read it later. */
const momentOf = (at: Date | null): string => at?.toISOString().replace(/\.\d+/, '') ?? '?'

const headHtml = ({ run }: RunDetails, state: RunState): Html => {
  const rows: readonly (readonly [string, string])[] = [
    ['run', run.run],
    ['began', momentOf(run.started)],
    ['by', authorText(run)],
    ['site', `${run.site ?? '?'}, ${run.environment ?? '?'}`],
    ['revision', revisionText(run)],
    ['end', endWords(run, state, momentOf)],
  ]
  return html`<dl>${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>`
}

const hostsHtml = ({ run, hosts, facts, steps }: RunDetails): Html => {
  const known = new Map(hosts.map((host) => [host.host, host]))
  const seen = new Map(facts.map((each) => [each.host, seenText(each.facts)]))
  const names = [...new Set([...(run.hosts ?? []), ...known.keys()])]
  const failedStep = (name: string) => steps.find(({ host, came }) => host === name && came === 'failed')
  const problems = names.flatMap((name) => {
    const problem = known.get(name)?.problem
    const step = failedStep(name)
    return problem
      ? [html`<div class="entry"><b>${name}</b>${step ? `: ${step.title}` : ''}${problemHtml(problem)}</div>`]
      : []
  })
  return html`<h2>Hosts</h2>
<table>${names.map((name) => html`<tr><th>${name}</th>${outcomeHtml(known.get(name))}<td>${seen.get(name) ?? ''}</td></tr>\n`)}</table>
${problems}`
}

const outcomeHtml = (host: RecordedHost | undefined): Html => {
  if (!host?.outcome) return html`<td>no end recorded</td><td></td>`
  const isBad = host.outcome === 'failed' || host.outcome === 'unreachable'
  const owed = host.owed && host.owed.length > 0 ? `, still owed: ${host.owed.join(', ')}` : ''
  const words = outcomeWords[host.outcome] + owed
  return html`<td class="${isBad ? 'bad' : ''}">${words}</td><td>${durationText(host.duration ?? 0)}</td>`
}

const problemHtml = ({ code, message, detail, hint }: Problem): Html =>
  html`<p><span class="bad">error[${code}]</span> ${message}</p>${detail ? html`<pre>${detail}</pre>` : ''}${hint ? html`<p>hint: ${hint}</p>` : ''}`

const plansHtml = (title: string, details: RunDetails, which: 'done' | 'planned'): Html => {
  const plans = plansOf(details, which)
  const changes = changeGroups(plans).map(({ kind, key, hosts, variants }) => {
    const inner = variants.map(({ hosts: some, thing }) => [some, thing] as const)
    return { kind, entry: changeHtml(key, hosts, inner) }
  })
  const reactions = reactionGroups(plans).map(({ kind, hosts, thing }) => ({
    kind,
    entry: html`<div class="entry"><code>${thing.unit}</code> <span class="hosts">${compressNames(hosts)}</span></div>\n`,
  }))
  const all: readonly { readonly kind: Kind; readonly entry: Html }[] = [...changes, ...reactions]
  if (all.length === 0) return html``
  const sections = kinds.flatMap((kind) => {
    const entries = all.filter((each) => each.kind === kind).map(({ entry }) => entry)
    return entries.length > 0 ? [html`<h3>${headings[kind]}</h3>\n${entries}`] : []
  })
  return html`<h2>${title}</h2>\n${sections}`
}

type Variant = readonly [hosts: readonly string[], change: PlannedChange]

const changeHtml = (key: string, hosts: readonly string[], variants: readonly Variant[]): Html =>
  html`<details open><summary><code>${key}</code> <span class="hosts">${compressNames(hosts)}</span></summary>
${variants.map(([some, change]) => html`${variants.length > 1 ? html`<p class="hosts">${compressNames(some)}</p>` : ''}${change.differences.map(differenceHtml)}`)}
</details>\n`

const whole: Look = { columns: Number.POSITIVE_INFINITY, color: false, verbose: 1 }

const differenceHtml = ({ what, from, to, text }: Difference): Html =>
  text
    ? html`<pre>${diffLines(from ?? '', to ?? '', whole).map((line) => html`<span class="${classOf(line)}">${line}</span>\n`)}</pre>`
    : html`<div>${what}: <span class="removed">${from ?? 'absent'}</span> → <span class="added">${to ?? 'absent'}</span></div>\n`

const classOf = (line: string): string => (line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : '')

const listHtml = (title: string, lines: readonly string[]): Html =>
  lines.length === 0 ? html`` : html`<h2>${title}</h2>\n<ul>${lines.map((line) => html`<li>${line}</li>\n`)}</ul>`
