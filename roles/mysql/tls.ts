import type { RoleContext } from '../../engine/core/role.ts'
import type { MysqlSettings } from './settings.ts'

/** Where a server has its certificate, and the authority that it and its clients trust. */
export interface Tls {
  readonly authority: string
  readonly certificate: string
  readonly key: string
}

/** Null where the server has no certificate of the site's authority. */
export const tlsOf = (_context: Pick<RoleContext<MysqlSettings>, 'settings'>): Tls | null => null
