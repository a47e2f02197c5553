import { authorityFile } from '../../engine/core/certificate.ts'
import { FettleError } from '../../engine/core/error.ts'
import type { Attachments, Declaration } from '../../engine/core/resource.ts'
import type { RoleContext, Topology } from '../../engine/core/role.ts'
import { apt } from '../../engine/resources/apt.ts'
import { directory } from '../../engine/resources/directory.ts'
import { file } from '../../engine/resources/file.ts'
import { instancesOf, placed } from './servers.ts'
import type { HaproxySettings } from './settings.ts'

type Backend = HaproxySettings['backends'][string]
type Context = Topology<HaproxySettings>
type Site = Pick<Context, 'site'>

/** Whether balancers speak TLS to any server of theirs, right or wrong. */
export const areHopsTls = (context: Context): boolean =>
  Object.values(context.settings.backends).some(
    ({ app, tls }) => tls ?? placed(context).some((instance) => instance.app === app && instance.tls),
  )

/** What balancers know their servers by, and how they are asked before they get requests. */
export const trusted = (context: RoleContext<HaproxySettings>, inForce: Attachments): readonly Declaration[] =>
  areHopsTls(context)
    ? [
        apt.installed({ name: 'openssl' }),
        directory.present({ path: '/etc/fettle' }),
        file.present({ path: authorityFile, content: context.authority(), ...inForce }),
      ]
    : []

/** Whether a backend speaks TLS to its servers. Errors: `settings.invalid` where not all of them are ready for it. */
export const isHopTls = (context: Site, name: string, backend: Backend): boolean => {
  const { app, group, tls = false } = backend
  if (app !== undefined) return isAppTls(context, name, { ...backend, app })
  const bare = tls ? context.site.hosts(group ?? '').filter((host) => !isCertified(context, host.name)) : []
  if (bare.length === 0) return tls
  const hosts = bare.map((host) => host.name).join(', ')
  throw refused(
    `backend "${name}" speaks TLS to ${hosts}, which the site’s authority gives no certificate for that name`,
    'say it for the site there, nginx: { sites: { NAME: { tls: true } } }, or for a program of your own, ca: { certificates: { NAME: {} } }',
  )
}

const isAppTls = (context: Site, name: string, { app, tls }: Backend & { readonly app: string }): boolean => {
  const instances = instancesOf(context, name, app)
  const on = (speaks: boolean) =>
    [...new Set(instances.filter((each) => (each.tls ?? false) === speaks).map((each) => each.on.name))].join(', ')
  const [speaking, plain] = [on(true), on(false)]
  if (tls === false && speaking !== '')
    throw refused(
      `backend "${name}" is to speak plain HTTP, and the app "${app}" takes TLS alone on ${speaking}`,
      'leave `tls` out: it follows from the app',
    )
  const wanted = tls ?? speaking !== ''
  if (wanted && plain !== '')
    throw refused(
      `backend "${name}" speaks TLS, and the app "${app}" does not on ${plain}`,
      `say it for the app: ${app}: { tls: true }`,
    )
  return wanted
}

const isCertified = ({ site }: Site, host: string): boolean =>
  site.certificates(host).some(({ names, uses = ['server'] }) => names.includes(host) && uses.includes('server'))

const refused = (message: string, hint: string): FettleError =>
  new FettleError({ code: 'settings.invalid', message, hint })
