import { FettleError, type Problem } from '../engine/core/error.ts'
import { missingFile, readAgeFile } from '../engine/secrets/age-file.ts'
import { type Listed, listCertificates } from '../engine/secrets/certificates/listing.ts'
import { inTurn } from './aside.ts'
import { certificatesText } from './certificates-text.ts'
import { exitCode } from './exit-codes.ts'
import { jsonLine } from './json-line.ts'
import { keepingOf } from './keeping.ts'
import type { KeyOptions, SiteOptions } from './options.ts'
import { showProblem } from './output.ts'
import { chooseHosts, resolveChosen } from './site.ts'
import { neededCertificates } from './site-certificates.ts'
import { write } from './write.ts'

interface CertificateOptions extends SiteOptions, KeyOptions {
  /** Milliseconds. */
  readonly within?: number
}

/** What the authority of the site has issued, as the environment's secrets have it; no host is asked. */
export const certificates = async (options: CertificateOptions): Promise<void> => {
  const site = await resolveChosen(await chooseHosts(options), options)
  const needs = neededCertificates(site) ?? { authority: '', certificates: [], now: new Date() }
  const { file, keys } = await keepingOf(site.inventory, options, inTurn())
  const kept = await readAgeFile(file, keys)
  if (!kept) throw missingFile(file)
  const listed = listCertificates(kept.entries, needs, { others: options.limit === undefined })
  if (options.json) for (const each of listed) write(jsonLine(each))
  else write(certificatesText(listed))
  if (options.within !== undefined) await tellExpiring(listed, options.within, needs.now)
}

/** Provisioning renews them long before: where one is about to expire, nobody has provisioned. */
const tellExpiring = async (listed: readonly Listed[], within: number, now: Date): Promise<void> => {
  const [first, ...others] = listed
    .filter(({ renewed, expires }) => renewed !== null && expires && expires.getTime() < now.getTime() + within)
    .map(
      ({ entry, expires }): Problem => ({
        code: 'certificate.expiring',
        message: `${entry} expires on ${expires?.toISOString().slice(0, 10)}`,
        hint: 'fettle provision issues it anew',
      }),
    )
  if (!first) return
  await showProblem(new FettleError([first, ...others]))
  process.exitCode = exitCode.failed
}
