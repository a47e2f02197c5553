import { audit as auditHosts, type HostAudit, outcomeOfAudit } from '../../engine/rollout/audit.ts'
import { runName } from '../../engine/store/run-name.ts'
import { exitCodeOf } from '../exit-codes.ts'
import { jsonLine } from '../json-line.ts'
import { masked } from '../masking.ts'
import type { HostOptions, KeyOptions } from '../options.ts'
import { lookOf } from '../output.ts'
import { auditText } from '../render/audit-text.ts'
import { openSeenSite, type SeenSite } from '../seen-site.ts'
import { say, write } from '../write.ts'
import { writePage } from '../write-page.ts'

export interface AuditOptions extends HostOptions, KeyOptions {
  readonly html?: string
}

/** Says of each control of each host whether it is in place, and does nothing. */
export const audit = async (options: AuditOptions): Promise<void> => {
  const { site, renderer } = await openSeenSite(options, { keeps: false })
  renderer.rest()
  const { requests } = await import('../converge.ts')
  const audits = masked(await auditHosts(requests({ run: runName(), site, options }), options.forks))
  for (const message of site.resolved.warnings) say(`warning: ${message}`)
  if (options.json) for (const each of audits) write(jsonLine({ type: 'host.audited', ...each }))
  else write(auditText(audits, lookOf(process.stdout, options.verbose)))
  if (options.html !== undefined) await writeHtml(options.html, audits, site)
  process.exitCode = exitCodeOf(audits.map(outcomeOfAudit))
}

const writeHtml = async (file: string, audits: readonly HostAudit[], { resolved, inventory }: SeenSite) => {
  const { auditHtml } = await import('../render/audit-html.ts')
  const { name } = resolved.view
  writePage(file, auditHtml(audits, { site: name, environment: inventory.environment, at: new Date() }))
  say(`the audit is in ${file}`)
}
