import { authorityFile, certificatesFolder as folder, namesOf } from '../../engine/core/certificate.ts'
import type { CertificateRequest } from '../../engine/core/certificate-request.ts'
import type { Declaration } from '../../engine/core/resource.ts'
import type { RoleContext, Topology } from '../../engine/core/role.ts'
import { apt } from '../../engine/resources/apt.ts'
import { directory } from '../../engine/resources/directory.ts'
import { file } from '../../engine/resources/file.ts'
import type { AppSettings } from './settings.ts'

const nameOf = (app: string): string => `app-${app}`
const certificateOf = (app: string): string => `${folder}/${nameOf(app)}.pem`
const keyOf = (app: string): string => `${folder}/${nameOf(app)}.key`

/** One for each app that serves HTTPS, by the name that balancers know the host by. */
export const requestsOf = ({ settings, host }: Topology<AppSettings>): readonly CertificateRequest[] =>
  Object.entries(settings.apps)
    .filter(([, { tls }]) => tls)
    .map(([app]) => ({ name: nameOf(app), names: namesOf(host), uses: ['server'] }))

export const tlsVariablesOf = (app: string) => ({ TLS_CERTIFICATE: certificateOf(app), TLS_KEY: keyOf(app) })

/** Its certificate and key, and how the host itself asks it. */
export const certified = (
  { certificate, authority }: Pick<RoleContext<AppSettings>, 'certificate' | 'authority'>,
  app: string,
  restarts: readonly string[],
): readonly Declaration[] => {
  const issued = certificate(nameOf(app))
  return [
    apt.installed({ name: 'openssl' }),
    file.present({ path: authorityFile, content: authority() }),
    directory.present({ path: folder }),
    file.present({ path: keyOf(app), content: issued.key, owner: app, group: app, mode: '0400', restarts }),
    file.present({ path: certificateOf(app), content: issued.certificate, restarts }),
  ]
}
