import type { z } from 'zod'
import type { App } from './app.ts'
import type { Backup, HostState } from './backup.ts'
import type { Certificate } from './certificate.ts'
import type { CertificateRequest } from './certificate-request.ts'
import type { DatabaseEndpoint, DatabaseServer } from './database.ts'
import type { Control } from './hardening.ts'
import type { Health } from './health.ts'
import type { HostFacts, HostView, SiteView } from './host.ts'
import type { Listen } from './listen.ts'
import type { PublicCertificate, ShownCertificate } from './public-certificate.ts'
import type { Declaration } from './resource.ts'
import type { Instance, Pool } from './rotation.ts'
import type { Secret, Text } from './secret.ts'
import type { VirtualAddress } from './virtual-address.ts'
import type { Watch } from './watch.ts'

/** All that a description may depend on. */
export interface RoleContext<Settings> {
  readonly settings: Settings
  readonly host: HostView & { readonly facts: HostFacts }
  readonly site: SiteView
  /**
   * Renders `templates/NAME`; secret where it prints a secret. Undefined names are an error that points into the
   * template.
   */
  render(template: string, variables: Readonly<Record<string, unknown>>): Text
  /** A certificate that roles of this host ask for in `certificates`. Other names are an error. */
  certificate(name: string): Certificate
  /** The certificate of the site's authority, as PEM. Only for roles with `certificates`, even if these are none. */
  authority(): string
}

/** What may be said without having asked the host: it must hold for every host of the role. */
export type Topology<Settings> = Pick<RoleContext<Settings>, 'settings' | 'site'> & { readonly host: HostView }

/** A role says once what a host is; everything else derives from it. */
export interface RoleDefinition<Schema extends z.ZodType> {
  /** The folder's name, and the name under which settings nest. */
  readonly name: string
  /** One sentence, for `fettle roles` and the manual. */
  readonly summary: string
  readonly settings: Schema
  readonly resources: (context: RoleContext<z.output<Schema>>) => readonly Declaration[]
  readonly listens?: (topology: Topology<z.output<Schema>>) => readonly Listen[]
  /** The instances that it has balancers send requests to. */
  readonly rotation?: (topology: Topology<z.output<Schema>>) => readonly Instance[]
  /** What it spreads requests over, as a balancer. */
  readonly pools?: (topology: Topology<z.output<Schema>>) => readonly Pool[]
  /** The apps of which it expects releases. */
  readonly apps?: (topology: Topology<z.output<Schema>>) => readonly App[]
  /** What it needs from the site's authority, which is made before the host is described; null for nothing at all. */
  readonly certificates?: (topology: Topology<z.output<Schema>>) => readonly CertificateRequest[] | null
  /** The database servers that it makes of a host. */
  readonly databases?: (topology: Topology<z.output<Schema>>) => readonly DatabaseServer[]
  /** Where it leads clients to database clusters, as a balancer. */
  readonly endpoints?: (topology: Topology<z.output<Schema>>) => readonly DatabaseEndpoint[]
  /** The addresses that it lets move between this host and others. */
  readonly virtualAddresses?: (topology: Topology<z.output<Schema>>) => readonly VirtualAddress[]
  /** Certificates that the host gets from an authority of the public, and renews by itself. */
  readonly publicCertificates?: (topology: Topology<z.output<Schema>>) => readonly PublicCertificate[]
  /** Where it shows clients a certificate. */
  readonly shownCertificates?: (topology: Topology<z.output<Schema>>) => readonly ShownCertificate[]
  /** What must survive the host. */
  readonly state?: (topology: Topology<z.output<Schema>>) => readonly HostState[]
  /** Where it has the host copied to. */
  readonly backups?: (topology: Topology<z.output<Schema>>) => readonly Backup[]
  /** What it tells of itself to whoever watches over the site, and what somebody is to be told of. */
  readonly watch?: (topology: Topology<z.output<Schema>>) => readonly Watch[]
  /** Secrets of other roles and hosts that it uses: they are opened with its own. */
  readonly secrets?: (topology: Topology<z.output<Schema>>) => readonly Secret[]
  /** The measures against attackers that it takes or leaves out, for `fettle audit`; keys are of its own declarations. */
  readonly hardening?: (context: RoleContext<z.output<Schema>>) => readonly Control[]
  /** Worth saying beside a plan: what only a person can do next. */
  readonly notices?: (context: Pick<RoleContext<z.output<Schema>>, 'settings' | 'host' | 'site'>) => readonly string[]
  /** Fettle itself runs there: firewalls let it in where they let in whoever looks after hosts. */
  readonly controls?: true
  /** It collects what hosts tell of themselves, and knows what is not as it should be. */
  readonly watches?: true
  /** How to tell from the host itself that it serves. */
  readonly health?: (topology: Topology<z.output<Schema>>) => readonly Health[]
}

/** A role whose settings type is hidden, so that different roles fit in one list. */
export type Role = RoleDefinition<z.ZodType>

export const defineRole = <Schema extends z.ZodType>(definition: RoleDefinition<Schema>): Role =>
  definition as unknown as Role
