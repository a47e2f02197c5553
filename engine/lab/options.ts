import { resolve } from 'node:path'

/** A practice host as the user asks for it. */
export interface LabHostSpec {
  /** A host name label: small letters, digits, hyphens. */
  readonly name: string
  /** Debian's code name: `bookworm`, `trixie`, `sid`. */
  readonly release: string
}

export interface LabOptions {
  /** Where this lab keeps its addresses, keys and disks. It also gives the lab its identity on this machine. */
  readonly stateDir: string
  /** Base images and packages, shared by all labs of this machine. Default: /var/cache/fettle/lab. */
  readonly cacheDir?: string
  /** Told what takes long, one line at a time. */
  readonly say: (line: string) => void
  readonly signal?: AbortSignal
}

export const cacheOf = (options: LabOptions): string => resolve(options.cacheDir ?? '/var/cache/fettle/lab')
