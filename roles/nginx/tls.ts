import { authorityFile, namesOf } from '../../engine/core/certificate.ts'
import type { CertificateRequest } from '../../engine/core/certificate-request.ts'
import { FettleError } from '../../engine/core/error.ts'
import { groupBy } from '../../engine/core/group-by.ts'
import type { Attachments, Declaration } from '../../engine/core/resource.ts'
import type { RoleContext, Topology } from '../../engine/core/role.ts'
import { apt } from '../../engine/resources/apt.ts'
import { directory } from '../../engine/resources/directory.ts'
import { file } from '../../engine/resources/file.ts'
import type { NginxSettings } from './settings.ts'

type Context = Topology<NginxSettings>

const name = 'nginx'
const folder = '/etc/nginx/tls'
const [certificateFile, keyFile] = [`${folder}/server.pem`, `${folder}/server.key`]

/** Where nginx serves something, and in which way: by this role and by others. */
const served = ({ settings, host, site }: Context) => [
  ...Object.entries(settings.sites).map(([site, { port, tls }]) => ({ what: `site "${site}"`, port, tls })),
  ...site
    .rotation(host.name)
    .filter(({ unit }) => unit === 'nginx.service')
    .map(({ app, port, tls = false }) => ({ what: `app "${app}"`, port, tls })),
]

const isTls = (context: Context): boolean => served(context).some(({ tls }) => tls)

/** One for all that nginx serves with TLS, by the name that balancers know the host by. */
export const certificatesOf = (context: Context): readonly CertificateRequest[] | null =>
  isTls(context) ? [{ name, names: namesOf(context.host), uses: ['server'] }] : null

/** What the configuration says of it; null where nothing is served with TLS. Errors: `settings.invalid`. */
export const shownOf = (context: Context) => {
  refuseMixed(context)
  return isTls(context) ? { certificate: certificateFile, key: keyFile } : null
}

/** A reload shows what lies there then; connections that are open go on. With it, how the host itself asks what it serves. */
export const certified = (context: RoleContext<NginxSettings>, inForce: Attachments): readonly Declaration[] => {
  if (!isTls(context)) return []
  const { key, certificate, authority } = context.certificate(name)
  return [
    apt.installed({ name: 'openssl' }),
    directory.present({ path: '/etc/fettle' }),
    file.present({ path: authorityFile, content: authority }),
    directory.present({ path: folder, mode: '0700' }),
    file.present({ path: keyFile, content: key, ...inForce }),
    file.present({ path: certificateFile, content: certificate, ...inForce }),
  ]
}

/** nginx would speak TLS to all that come to the port. */
const refuseMixed = (context: Context): void => {
  for (const [port, all] of groupBy(served(context), ({ port }) => port)) {
    const [plain, secured] = [all.find(({ tls }) => !tls), all.find(({ tls }) => tls)]
    if (plain && secured)
      throw new FettleError({
        code: 'settings.invalid',
        host: context.host.name,
        message: `${secured.what} takes TLS alone on port ${port} of ${context.host.name}, where ${plain.what} takes plain HTTP`,
        hint: 'give one of them another port, or both the same `tls`',
      })
  }
}
