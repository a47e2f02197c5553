import type { Resource } from '../core/resource.ts'
import { aptResource } from './apt.ts'
import { aptSourceResource } from './apt-source.ts'
import { authorizedKeysResource } from './authorized-keys.ts'
import { commandResource } from './command.ts'
import { databaseResource } from './database.ts'
import { databaseAccountResource } from './database-account.ts'
import { databaseServerResource } from './database-server.ts'
import { databaseTableResource } from './database-table.ts'
import { directoryResource } from './directory.ts'
import { dropInResource } from './drop-in.ts'
import { fileResource } from './file.ts'
import { firewallResource } from './firewall.ts'
import { groupResource } from './group.ts'
import { hostnameResource } from './hostname.ts'
import { serviceResource } from './service.ts'
import { symlinkResource } from './symlink.ts'
import { sysctlResource } from './sysctl.ts'
import { timerResource } from './timer.ts'
import { timezoneResource } from './timezone.ts'
import { unitResource } from './unit.ts'
import { userResource } from './user.ts'

export { apt } from './apt.ts'
export { aptSource } from './apt-source.ts'
export { authorizedKeys } from './authorized-keys.ts'
export { command } from './command.ts'
export { database } from './database.ts'
export { databaseAccount } from './database-account.ts'
export { databaseServer } from './database-server.ts'
export { databaseTable } from './database-table.ts'
export { directory } from './directory.ts'
export { dropIn } from './drop-in.ts'
export { file } from './file.ts'
export { firewall } from './firewall.ts'
export { group } from './group.ts'
export { hostname } from './hostname.ts'
export { service } from './service.ts'
export { symlink } from './symlink.ts'
export { sysctl } from './sysctl.ts'
export { timer } from './timer.ts'
export { timezone } from './timezone.ts'
export { unit } from './unit.ts'
export { user } from './user.ts'

const all = [
  aptResource,
  aptSourceResource,
  authorizedKeysResource,
  commandResource,
  databaseResource,
  databaseAccountResource,
  databaseServerResource,
  databaseTableResource,
  directoryResource,
  dropInResource,
  fileResource,
  firewallResource,
  groupResource,
  hostnameResource,
  serviceResource,
  symlinkResource,
  sysctlResource,
  timerResource,
  timezoneResource,
  unitResource,
  userResource,
] as readonly unknown[] as readonly Resource<unknown, unknown>[]

/** Every kind of resource by the first half of its key. */
export const kinds: ReadonlyMap<string, Resource<unknown, unknown>> = new Map(
  all.map((resource) => [resource.kind, resource]),
)
