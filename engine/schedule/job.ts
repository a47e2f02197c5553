import type { Times } from './calendar.ts'

/** How somebody is told of something: a request, a letter, or a command of this machine. */
export type Channel =
  | { readonly by: 'webhook'; readonly url: string }
  | { readonly by: 'mail'; readonly to: readonly string[]; readonly from: string; readonly server: string }
  | { readonly by: 'command'; readonly argv: readonly string[] }

/** Something that is done by the clock. Times in milliseconds. */
export interface Job extends Times {
  readonly name: string
  /** The words of a command line of Fettle's, without its name. */
  readonly run: readonly string[]
  /** Each firing begins up to so much later, always the same for the same firing. */
  readonly jitter: number
  /** After which it is ended; null for never. */
  readonly timeout: number | null
  /** How often a firing that failed is begun anew. */
  readonly retries: number
  /** From a failure to the first time anew; each further wait is twice as long. */
  readonly retryAfter: number
  /** It must have succeeded within so much; null where nobody minds. */
  readonly expect: number | null
  /** Names of channels. */
  readonly notify: readonly string[]
}

export interface Schedule {
  readonly jobs: readonly Job[]
  readonly channels: ReadonlyMap<string, Channel>
}
