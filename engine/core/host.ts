import type { App } from './app.ts'
import type { Backup, HostState } from './backup.ts'
import type { CertificateRequest } from './certificate-request.ts'
import type { DatabaseEndpoint, DatabaseServer } from './database.ts'
import type { Health } from './health.ts'
import type { OpenPort } from './listen.ts'
import type { PublicCertificate, ShownCertificate } from './public-certificate.ts'
import type { Instance, Pool } from './rotation.ts'
import type { VirtualAddress } from './virtual-address.ts'
import type { Watch } from './watch.ts'

/** What every role may know of the host it describes, read in the first round trip. */
export interface HostFacts {
  readonly os: OperatingSystem
  readonly hostname: string
  readonly cpus: number
  /** Bytes. */
  readonly memory: number
  /** How many files one service may have open, at most. */
  readonly openFiles: number
  readonly disks: readonly Disk[]
  readonly interfaces: readonly NetworkInterface[]
  /** Seconds. */
  readonly uptime: number
  readonly bootId: string
  readonly rebootRequired: boolean
  /** It shares its kernel and clock with a machine that looks after them. */
  readonly container: boolean
  /** Where the connection comes from and arrives, as the host sees it; null where it is no connection. */
  readonly arrival: Arrival | null
}

export interface Arrival {
  /** The other end: the controller's address, or that of what stands between. */
  readonly from: string
  /** The port on the host. */
  readonly port: number
  /** The account that was logged in to, before it became root. Left out where the host does not say. */
  readonly user?: string
}

export interface OperatingSystem {
  /** `debian`, `ubuntu`; as in os-release. */
  readonly id: string
  /** `12`, `24.04`; empty on Debian testing and sid. */
  readonly version: string
  readonly codename: string
  readonly name: string
  readonly architecture: string
}

export interface Disk {
  readonly mount: string
  readonly device: string
  /** Bytes. */
  readonly size: number
  readonly free: number
}

export interface NetworkInterface {
  readonly name: string
  /** With prefix length: `10.0.0.1/24`. */
  readonly addresses: readonly string[]
}

/** A host as the inventory has it: all that is known of another host. */
export interface HostView {
  readonly name: string
  readonly address: string
  readonly groups: readonly string[]
  /** The inventory's variables for it. */
  readonly variables: Readonly<Record<string, unknown>>
}

/** The topology, as roles see it. */
export interface SiteView {
  readonly name: string
  readonly environment: string
  /** All hosts of a group and its children in inventory order, whatever `--limit` says. Unknown groups are an error. */
  hosts(group: string): readonly HostView[]
  /** What all roles of a host listen on, whatever this run was limited to. Unknown hosts are an error. */
  listens(host: string): readonly OpenPort[]
  /** The instances that all roles of a host have balancers send requests to. */
  rotation(host: string): readonly Instance[]
  /** What all roles of a host spread requests over. */
  pools(host: string): readonly Pool[]
  /** The apps of which all roles of a host expect releases. */
  apps(host: string): readonly App[]
  /** The database servers that all roles of a host make of it. */
  databases(host: string): readonly DatabaseServer[]
  /** Where all roles of a host lead clients to database clusters. */
  endpoints(host: string): readonly DatabaseEndpoint[]
  /** The addresses that all roles of a host let move between it and others. */
  virtualAddresses(host: string): readonly VirtualAddress[]
  /** What all roles of a host ask the site's own authority for. */
  certificates(host: string): readonly CertificateRequest[]
  /** The certificates that all roles of a host have an authority of the public issue to it. */
  publicCertificates(host: string): readonly PublicCertificate[]
  /** Where all roles of a host show clients certificates. */
  shownCertificates(host: string): readonly ShownCertificate[]
  /** What must survive a host, by all its roles. */
  state(host: string): readonly HostState[]
  /** Where all roles of a host have it copied to. */
  backups(host: string): readonly Backup[]
  /** What all roles of a host tell of it to whoever watches over the site. */
  watch(host: string): readonly Watch[]
  /** The hosts that Fettle itself runs on. */
  controllers(): readonly HostView[]
  /** How to tell from a host itself that its roles serve. */
  health(host: string): readonly Health[]
}
