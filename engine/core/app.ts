import type { Instance } from './rotation.ts'

/** A program of the user's own on a host, of which Fettle puts releases in place. */
export interface App {
  readonly name: string
  /** The folder with its releases: `/srv/shop`. */
  readonly root: string
  /** Whom it runs as, and who may read its releases. */
  readonly user: string
  readonly group: string
  /** `restart`: an instance is a process that runs one release. `link`: whatever serves it follows its link at once. */
  readonly switching: 'restart' | 'link'
  /** The file on the host with its variables, root's alone; null for none. */
  readonly environment: string | null
  /** A group with servers of the database that it is told; null for none. */
  readonly database: string | null
  /** Paths in a release that lead to what survives it: `public/uploads`. */
  readonly shared: readonly string[]
  /** Releases kept on a host besides those in use. */
  readonly keep: number
  readonly source: Source
  /** Run once, on one host, before any instance has the new release; null for nothing. */
  readonly migrate: string | null
  /** Its processes on this host. */
  readonly instances: readonly Instance[]
  readonly rollout: RolloutRules
  readonly hooks: Hooks
}

/** Where releases come from. */
export interface Source {
  /** A folder, from the site's on. A release by a git ref needs it to be in a git repository. */
  readonly folder: string
  /** Run by `sh` in a clean copy of the folder; null for nothing. */
  readonly build: string | null
  /** What becomes the release, from the folder on. */
  readonly output: string
}

export interface RolloutRules {
  /** Hosts at once, after the canary: `2`, `25%`. */
  readonly batch: string
  /** Instances that stay in rotation, of all: `2`, `50%`. */
  readonly minHealthy: string
  /** Seconds that requests may take to finish once an instance gets no new ones. */
  readonly drain: number
  /** Seconds after a wave during which its instances must stay healthy. */
  readonly soak: number
  /** The same after the first wave, of one host. */
  readonly canarySoak: number
  /** What follows where a host cannot be reached any more. */
  readonly unreachable: 'revert' | 'leave'
}

/** POSIX sh, with FETTLE_APP, FETTLE_RELEASE, FETTLE_VERSION and FETTLE_ENVIRONMENT. Null for nothing. */
export interface Hooks {
  /** On the controller, in the site's folder, before anything changes. */
  readonly before: string | null
  /** On the controller, when all hosts have the release. */
  readonly after: string | null
  /** On each host, as the app's user in the folder of the release, before its instances change. */
  readonly hostBefore: string | null
  /** On each host, when its instances have the release. */
  readonly hostAfter: string | null
}
