import type { Declaration } from '../../engine/core/resource.ts'
import type { RoleContext } from '../../engine/core/role.ts'
import type { Values } from './values.ts'

export type Context = RoleContext<Values>

/** A measure against attackers, and what it is on a host. */
export interface HardeningControl {
  readonly name: string
  readonly title: string
  readonly why: string
  readonly reference?: string
  /** Its kernel decides about it: a container has that of its machine. */
  readonly machine?: true
  /** Only where the settings ask for it: how they do. */
  readonly onRequest?: { readonly setting: string; readonly isAsked: (values: Values) => boolean }
  readonly resources: (context: Context) => readonly Declaration[]
}
