import { missingFile, readAgeFile } from '../engine/secrets/age-file.ts'
import { listCertificates } from '../engine/secrets/certificates/listing.ts'
import { inTurn } from './aside.ts'
import { certificatesText } from './certificates-text.ts'
import { jsonLine } from './json-line.ts'
import { keepingOf } from './keeping.ts'
import type { KeyOptions, SiteOptions } from './options.ts'
import { chooseHosts, resolveChosen } from './site.ts'
import { neededCertificates } from './site-certificates.ts'
import { write } from './write.ts'

/** What the authority of the site has issued, as the environment's secrets have it; no host is asked. */
export const certificates = async (options: SiteOptions & KeyOptions): Promise<void> => {
  const site = await resolveChosen(await chooseHosts(options), options)
  const needs = neededCertificates(site) ?? { authority: '', certificates: [], now: new Date() }
  const { file, keys } = await keepingOf(site.inventory, options, inTurn())
  const kept = await readAgeFile(file, keys)
  if (!kept) throw missingFile(file)
  const listed = listCertificates(kept.entries, needs, { others: options.limit === undefined })
  if (options.json) for (const each of listed) write(jsonLine(each))
  else write(certificatesText(listed))
}
