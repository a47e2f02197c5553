import { FettleError } from '../../engine/core/error.ts'
import { didYouMean } from '../../engine/core/suggest.ts'
import { renewScript } from '../../engine/rollout/certificates/state.ts'
import { type ApprovalOptions, agreed } from '../approval.ts'
import { eachOf } from '../each-host.ts'
import type { HostOptions } from '../options.ts'
import { showProblem } from '../output.ts'
import { askHosts, type CertificateSite, openCertificateSite } from './certificate-site.ts'
import { tell } from './list.ts'

type RenewOptions = HostOptions & ApprovalOptions

/** Milliseconds that a host may take for each certificate: the authority's patience, and showing it. */
const patience = 180_000

/** Has hosts renew certificates now, due or not, one host after the other: what one is refused, the next is not asked for. */
export const renew = async (names: readonly string[], options: RenewOptions): Promise<void> => {
  const site = await openCertificateSite(options)
  const chosen = chosenOn(site, names)
  const shown = chosen.map(({ host, names }) => `  ${names.join(', ')} on ${host}`).join('\n')
  const heading = `${shown}\n  will be asked for anew; authorities allow few of each in a week`
  if (!(await agreed(site.inventory.environment, options, { shown: heading, isAnything: true }))) return
  for (const { host, names } of chosen) {
    const [answer] = await eachOf({ inventory: site.inventory, names: new Set([host]) }, options, (session) =>
      session.run(renewScript(names), { timeout: patience * names.length }),
    )
    if (answer && 'problem' in answer) await showProblem(new FettleError(answer.problem))
    if (!answer || 'problem' in answer || answer.value.exit !== 0) break
  }
  await tell(await askHosts(site, options), options)
}

/** Errors: `certificate.unknown`, for all names that no host has. */
const chosenOn = ({ hosts }: CertificateSite, names: readonly string[]) => {
  const known = [...new Set(hosts.flatMap(({ certificates }) => certificates.map(({ name }) => name)))]
  const [first, ...others] = names.filter((name) => !known.includes(name))
  const unknown = (name: string) => ({
    code: 'certificate.unknown' as const,
    message: `no host gets a certificate "${name}"`,
    hint: didYouMean(name, known) ?? `there are: ${known.join(', ')}`,
  })
  if (first !== undefined) throw new FettleError([unknown(first), ...others.map(unknown)])
  return hosts
    .map(({ view, certificates }) => ({
      host: view.name,
      names: certificates.map(({ name }) => name).filter((name) => names.length === 0 || names.includes(name)),
    }))
    .filter((each) => each.names.length > 0)
}
