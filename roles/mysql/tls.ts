import { namesOf } from '../../engine/core/certificate.ts'
import type { CertificateRequest } from '../../engine/core/certificate-request.ts'
import type { DatabaseTls, Flavor } from '../../engine/core/database.ts'
import type { Declaration } from '../../engine/core/resource.ts'
import type { RoleContext, Topology } from '../../engine/core/role.ts'
import { directory } from '../../engine/resources/directory.ts'
import { dropIn } from '../../engine/resources/drop-in.ts'
import { file } from '../../engine/resources/file.ts'
import type { Server } from './flavor.ts'
import type { MysqlSettings } from './settings.ts'

const folder = '/etc/mysql/tls'
const name = 'mysql'

/** Null where the server has no certificate of the site's authority. */
export const tlsOf = ({ settings }: Pick<Topology<MysqlSettings>, 'settings'>): DatabaseTls | null =>
  settings.tls
    ? { authority: `${folder}/authority.pem`, certificate: `${folder}/server.pem`, key: `${folder}/server.key` }
    : null

/** Good for what clients call the server by: itself, or a balancer in front of it. */
export const certificatesOf = ({ settings, host, site }: Topology<MysqlSettings>): CertificateRequest[] | null => {
  if (!settings.tls) return null
  const balancers = settings.balancers === null ? [] : site.hosts(settings.balancers)
  const names = [host, ...balancers].flatMap(namesOf)
  return [{ name, names: [...new Set([...names, 'localhost', '127.0.0.1'])] }]
}

/** Takes other certificates without a word to replicas. */
const renew: Readonly<Record<Flavor, string>> = {
  mariadb: 'FLUSH NO_WRITE_TO_BINLOG SSL',
  mysql: 'ALTER INSTANCE RELOAD TLS',
}

/** A reload has the server use what lies there now; connections that are open go on. */
export const certified = (context: RoleContext<MysqlSettings>, { flavor, unit }: Server): Declaration[] => {
  const tls = tlsOf(context)
  if (!tls) return []
  const { key, certificate, authority } = context.certificate(name)
  return [
    dropIn.present({
      unit,
      name: 'fettle',
      content: context.render('mysql/service.conf', { flavor, renew: renew[flavor] }),
    }),
    directory.present({ path: folder }),
    file.present({ path: tls.authority, content: authority, reloads: [unit] }),
    file.present({ path: tls.key, content: key, owner: 'mysql', mode: '0400', reloads: [unit] }),
    file.present({ path: tls.certificate, content: certificate, reloads: [unit] }),
  ]
}
