import type { SiteView } from '../../../engine/core/host.ts'

/** A site without hosts, of which no role has said anything. */
export const bareSite: SiteView = {
  name: 'shop',
  environment: 'lab',
  hosts: () => [],
  listens: () => [],
  rotation: () => [],
  pools: () => [],
  apps: () => [],
  databases: () => [],
  endpoints: () => [],
  virtualAddresses: () => [],
  certificates: () => [],
  publicCertificates: () => [],
  shownCertificates: () => [],
  state: () => [],
  backups: () => [],
  watch: () => [],
  controllers: () => [],
  health: () => [],
}
