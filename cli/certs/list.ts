import { FettleError } from '../../engine/core/error.ts'
import type { CertificateStatus } from '../../engine/rollout/certificates/status.ts'
import type { HostAnswer } from '../each-host.ts'
import { exitCode } from '../exit-codes.ts'
import { jsonLine } from '../json-line.ts'
import type { HostOptions } from '../options.ts'
import { lookOf, showProblem } from '../output.ts'
import { certsText } from '../render/certs-text.ts'
import { write } from '../write.ts'
import { askHosts, openCertificateSite } from './certificate-site.ts'

/** The certificates of websites: names, issuer and serial number on each balancer, and until when. */
export const list = async (options: HostOptions): Promise<void> =>
  tell(await askHosts(await openCertificateSite(options), options), options)

/** Status 3 where anything is not in order, or a host does not answer. */
export const tell = async (
  answers: readonly HostAnswer<readonly CertificateStatus[]>[],
  options: HostOptions,
): Promise<void> => {
  const all = answers.flatMap((answer) => ('value' in answer ? answer.value : []))
  for (const each of options.json ? all : []) write(jsonLine(each))
  if (!options.json && all.length > 0) write(certsText(all, new Date(), lookOf(process.stdout, 0)))
  for (const answer of answers) if ('problem' in answer) await showProblem(new FettleError(answer.problem))
  const isWell = answers.every((answer) => 'value' in answer) && all.every(({ troubles }) => troubles.length === 0)
  process.exitCode = isWell ? exitCode.done : exitCode.failed
}
