import type { AcmeAccount } from '../../engine/core/acme-account.ts'
import { authorityFile } from '../../engine/core/certificate.ts'
import { throwAll } from '../../engine/core/error.ts'
import { certificateFile } from '../../engine/core/haproxy.ts'
import type { RoleContext } from '../../engine/core/role.ts'
import { practiceAddress } from '../practice-address.ts'
import { directoryOf } from './directory.ts'
import type { LetsencryptSettings } from './settings.ts'

type Context = RoleContext<LetsencryptSettings>

/** What the programs of the host go by; what is secret lies in files beside it. */
export const folder = '/etc/fettle/letsencrypt'
export const state = '/var/lib/fettle-letsencrypt'

/** JSON for the program `renew`. Errors: `settings.invalid` for certificates that nobody shows. */
export const configuration = (context: Context, { thumbprint }: AcmeAccount): string => {
  const { settings, host } = context
  refuseUnshown(context)
  const { authority, email, profile, key, external, dns } = settings
  const isPractice = settings.directory === 'practice'
  const config = {
    ...{ host: host.name, account: `${folder}/account.pem`, thumbprint, email, profile, key },
    directory: directoryOf(context),
    // One for practice is known by the site's own, which is no authority of the public.
    authority: isPractice ? authorityFile : authority,
    ask: settings.ask ?? true,
    at: isPractice && settings.ask === undefined ? practiceAddress(context.site) : null,
    external: external ? { id: external.id, key: `${folder}/external.key` } : null,
    dns: dns ? { ...dns, secret: `${folder}/dns.key` } : null,
    certificates: Object.fromEntries(
      Object.entries(settings.certificates).map(([name, { names }]) => [name, { names, file: certificateFile(name) }]),
    ),
  }
  return `${JSON.stringify(config, null, 2)}\n`
}

const refuseUnshown = ({ settings, host, site }: Context): void => {
  const shown = new Set(site.shownCertificates(host.name).map(({ certificate }) => certificate))
  const unshown = Object.keys(settings.certificates).filter((name) => !shown.has(name))
  throwAll(
    unshown.map((name) => ({
      code: 'settings.invalid',
      host: host.name,
      message: `${host.name} is to get the certificate "${name}", and no frontend of its balancer shows it`,
      hint: `haproxy: { frontends: { web: { tls: { certificates: [${name}] } } } }`,
    })),
  )
}
