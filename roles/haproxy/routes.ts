import type { HaproxySettings } from './settings.ts'

type Route = HaproxySettings['frontends'][string]['routes'][number]

/** A host name as requests have it: in small letters, and at its end there may be a dot. */
const namesOf = (host: string): readonly string[] => [host.toLowerCase(), `${host.toLowerCase()}.`]

/** A route as the configuration has it. `/shop` is that path and all that is below it, not `/shopping`. */
export const routeOf = ({ backend, hosts, paths }: Route, index: number) => ({
  acl: `route${index + 1}`,
  backend,
  hosts: hosts.flatMap(namesOf),
  paths: paths.filter((path) => !path.endsWith('/')),
  below: paths.map((path) => (path.endsWith('/') ? path : `${path}/`)),
})
