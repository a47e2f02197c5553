import type { z } from 'zod'
import type { HostFacts, HostView, SiteView } from './host.ts'
import type { Declaration } from './resource.ts'

/** All that a description may depend on. */
export interface RoleContext<Settings> {
  readonly settings: Settings
  readonly host: HostView & { readonly facts: HostFacts }
  readonly site: SiteView
  /** Renders `templates/NAME`. Undefined names are an error that points into the template. */
  render(template: string, variables: Readonly<Record<string, unknown>>): string
}

/** What may be said without having asked the host: it must hold for every host of the role. */
export type Topology<Settings> = Omit<RoleContext<Settings>, 'host' | 'render'> & { readonly host: HostView }

/** A port that the role opens, and who may reach it. */
export interface Listen {
  readonly port: number
  readonly protocol: 'tcp' | 'udp'
  /** `everybody`, `controller`, or the hosts of a group. */
  readonly from: 'everybody' | 'controller' | { readonly group: string }
  readonly why: string
}

/** How to tell from the host itself that the role serves. */
export type Health =
  | { readonly unit: string }
  | { readonly http: string; readonly status: number }
  | { readonly tcp: number }

/** A role says once what a host is; everything else derives from it. */
export interface RoleDefinition<Schema extends z.ZodType> {
  /** The folder's name, and the name under which settings nest. */
  readonly name: string
  /** One sentence, for `fettle roles` and the manual. */
  readonly summary: string
  readonly settings: Schema
  readonly resources: (context: RoleContext<z.output<Schema>>) => readonly Declaration[]
  readonly listens?: (topology: Topology<z.output<Schema>>) => readonly Listen[]
  readonly health?: (topology: Topology<z.output<Schema>>) => readonly Health[]
}

/** A role whose settings type is hidden, so that different roles fit in one list. */
export type Role = RoleDefinition<z.ZodType>

export const defineRole = <Schema extends z.ZodType>(definition: RoleDefinition<Schema>): Role =>
  definition as unknown as Role
