import { readFile } from 'node:fs/promises'
import { handshake } from '../../engine/rollout/certificates/handshake.ts'
import type { CertificateStatus } from '../../engine/rollout/certificates/status.ts'
import type { HostOptions } from '../options.ts'
import { askHosts, type CertificateHost, type CertificateSite, openCertificateSite } from './certificate-site.ts'
import { tell } from './list.ts'

export interface CheckOptions extends HostOptions {
  /** File with the authorities to trust, instead of the public ones. */
  readonly ca?: string
}

/** The same as a visitor sees it: a handshake from here with each balancer, for each name. */
export const check = async (options: CheckOptions): Promise<void> => {
  const site = await openCertificateSite(options)
  const authorities = options.ca === undefined ? undefined : await readFile(options.ca, 'utf8')
  const answers = await askHosts(site, options)
  const seen = answers.map(async (answer) =>
    'value' in answer ? { ...answer, value: await Promise.all(answer.value.map(visited(site, authorities))) } : answer,
  )
  await tell(await Promise.all(seen), options)
}

const visited =
  ({ hosts }: CertificateSite, authorities: string | undefined) =>
  async (status: CertificateStatus): Promise<CertificateStatus> => {
    const host = hosts.find(({ view }) => view.name === status.host)
    const found = host ? await visit(host, status, authorities) : []
    return { ...status, troubles: [...status.troubles, ...found] }
  }

/** What is not in order about it, in words. */
const visit = async (
  { view, shown }: CertificateHost,
  { name, names, serial }: CertificateStatus,
  authorities: string | undefined,
): Promise<readonly string[]> => {
  const places = shown.filter(({ certificate }) => certificate === name)
  const visits = places.flatMap(({ port, address }) =>
    names.map(async (each) => {
      const to = { address: address === '::' ? view.address : address, port }
      const asked = each.replace(/^\*/, 'any')
      const found = await handshake({ ...to, name: asked, ...(authorities !== undefined && { authorities }) })
      if (!found) return [`nobody answers at ${to.address}:${port} as ${asked}`]
      return [
        ...(found.distrust === null ? [] : [`${asked} is not trusted at ${to.address}:${port}: ${found.distrust}`]),
        ...(serial !== null && found.serial !== serial ? [`${asked} is shown as ${found.serial} from here`] : []),
      ]
    }),
  )
  return (await Promise.all(visits)).flat()
}
