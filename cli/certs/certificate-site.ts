import { FettleError } from '../../engine/core/error.ts'
import type { HostView } from '../../engine/core/host.ts'
import type { PublicCertificate, ShownCertificate } from '../../engine/core/public-certificate.ts'
import type { Inventory } from '../../engine/inventory/index.ts'
import { readStates, stateScript } from '../../engine/rollout/certificates/state.ts'
import { type CertificateStatus, certificatesOf } from '../../engine/rollout/certificates/status.ts'
import { eachOf, type HostAnswer } from '../each-host.ts'
import type { HostOptions } from '../options.ts'
import { chooseHosts, resolveChosen } from '../site.ts'

/** A host that shows websites' certificates. */
export interface CertificateHost {
  readonly view: HostView
  readonly certificates: readonly PublicCertificate[]
  readonly shown: readonly ShownCertificate[]
}

export interface CertificateSite {
  readonly inventory: Inventory
  readonly hosts: readonly CertificateHost[]
}

/** Reads the site. Errors: those of sites; `certificate.unknown` where no host has any. */
export const openCertificateSite = async (options: HostOptions): Promise<CertificateSite> => {
  const { inventory, hosts, resolved } = await resolveChosen(await chooseHosts(options), options)
  const found = hosts
    .map(({ view }) => ({
      view,
      certificates: resolved.view.publicCertificates(view.name),
      shown: resolved.view.shownCertificates(view.name),
    }))
    .filter(({ certificates }) => certificates.length > 0)
  if (found.length > 0) return { inventory, hosts: found }
  throw new FettleError({
    code: 'certificate.unknown',
    message: 'none of these hosts gets certificates for websites',
    hint: 'the role letsencrypt does; those of the site’s own authority are listed by fettle certificates',
  })
}

/** How the certificates of all hosts are, as these say; a host that does not answer has only a problem. */
export const askHosts = (
  site: CertificateSite,
  options: HostOptions,
): Promise<readonly HostAnswer<readonly CertificateStatus[]>[]> => {
  const wanted = new Map(site.hosts.map(({ view, certificates }) => [view.name, certificates]))
  const asked = { inventory: site.inventory, names: new Set(wanted.keys()) }
  return eachOf(asked, options, async (session, _signal, host) => {
    const { stdout } = await session.run(stateScript)
    return certificatesOf(host, wanted.get(host) ?? [], readStates(host, stdout), new Date())
  })
}
