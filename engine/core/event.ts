import type { Backup, BackupCopy } from './backup.ts'
import type { Problem } from './error.ts'
import type { HostFacts } from './host.ts'
import type { PatchPlan } from './patch.ts'
import type { Action, Difference } from './plan.ts'
import type { Asks } from './resource.ts'

/** One line of a plan: a resource that differs, a reaction that is owed, or something that left the description. */
export interface PlannedChange {
  readonly key: string
  readonly role: string
  readonly action: Action
  readonly differences: readonly Difference[]
  /** Step titles, in order. */
  readonly steps: readonly string[]
  /** Planned on a state that an earlier step of the same run will change. */
  readonly provisional: boolean
}

/** A reload or restart that will follow or is still owed from before. */
export interface PlannedReaction {
  readonly unit: string
  readonly asks: Asks
  /** Keys of the inputs that changed. */
  readonly because: readonly string[]
  /** Owed from an earlier run, or by a change that was not Fettle's. */
  readonly owed: boolean
}

export interface HostPlan {
  readonly host: string
  readonly changes: readonly PlannedChange[]
  readonly reactions: readonly PlannedReaction[]
  /** Worth saying, but nothing that Fettle will do: a stranger's edit that is kept. */
  readonly notices: readonly string[]
  /** Ports of instances that an earlier run took out of rotation and did not put back. Default: none. */
  readonly out?: readonly number[]
}

/** Whether anything would be done on the host. */
export const hasWork = ({ changes, reactions, out = [] }: HostPlan): boolean =>
  changes.length + reactions.length + out.length > 0

export type HostOutcome = 'unchanged' | 'changed' | 'pending' | 'failed' | 'unreachable' | 'cancelled'

export interface HostResult {
  readonly host: string
  readonly outcome: HostOutcome
  /** Resources changed. */
  readonly changed: number
  /** Units reloaded or restarted. */
  readonly reacted: number
  /** Units whose reaction is still owed. */
  readonly owed: readonly string[]
  readonly problem?: Problem
  /** Milliseconds. */
  readonly duration: number
}

/** Who started a run, and where. */
export interface Origin {
  /** The account on that machine. */
  readonly who: string
  /** The machine's name of itself. */
  readonly from: string
  readonly process: OwnProcess
  /** The job by the clock that it was started by. */
  readonly job?: string
}

/** A process, told from any other that had or will have its number. */
export interface OwnProcess {
  readonly pid: number
  /** When it began, in the words of its kernel; null where that does not say. */
  readonly began: string | null
}

/** What of the site's folder a run was made with. */
export interface Revision {
  readonly commit: string
  /** Something in the folder was not as committed. */
  readonly dirty: boolean
}

/** What became of a release of an app on a host. */
interface ReleaseEvent {
  readonly host: string
  readonly app: string
  readonly release: string
}

/** Everything the engine says. Renderers, the journal and tests are readers of this union. */
export type Event =
  | {
      readonly type: 'run.started'
      readonly run: string
      readonly by: Origin
      /** As it was called. */
      readonly command: string
      readonly site: string
      readonly environment: string
      readonly hosts: readonly string[]
    }
  /** Null where the site is in no work tree of git, or has no commit yet. */
  | { readonly type: 'site.revision'; readonly revision: Revision | null }
  | { readonly type: 'host.connecting'; readonly host: string }
  | { readonly type: 'host.seen'; readonly host: string; readonly facts: HostFacts }
  | { readonly type: 'host.planned'; readonly host: string; readonly plan: HostPlan }
  | { readonly type: 'host.performing'; readonly host: string; readonly steps: number }
  | { readonly type: 'step.intended'; readonly host: string; readonly key: string; readonly title: string }
  | {
      /** How far a long step is. Said about once a second, and not written down. */
      readonly type: 'step.progress'
      readonly host: string
      readonly key: string
      readonly title: string
      /** Bytes. */
      readonly done: number
      /** Bytes that it will be in the end, as far as is known before. */
      readonly all: number
    }
  | {
      readonly type: 'step.done'
      readonly host: string
      readonly key: string
      readonly title: string
      readonly duration: number
    }
  | {
      readonly type: 'step.failed'
      readonly host: string
      readonly key: string
      readonly title: string
      readonly problem: Problem
    }
  | { readonly type: 'resource.changed'; readonly host: string; readonly change: PlannedChange }
  | { readonly type: 'reaction.done'; readonly host: string; readonly reaction: PlannedReaction }
  | ({ readonly type: 'release.placed' } & ReleaseEvent)
  | ({ readonly type: 'release.live' } & ReleaseEvent)
  | ({ readonly type: 'release.healthy' } & ReleaseEvent)
  | ({ readonly type: 'release.removed' } & ReleaseEvent)
  | {
      readonly type: 'wave.started'
      readonly app: string
      /** From 1 on. */
      readonly number: number
      readonly hosts: readonly string[]
    }
  /** What there is to patch on a host, before anything is done. */
  | { readonly type: 'patch.planned'; readonly host: string; readonly plan: PatchPlan }
  /** A release is taken back from all hosts that have it, for this reason. */
  | { readonly type: 'rollout.reverting'; readonly app: string; readonly release: string; readonly problem: Problem }
  /** A copy of a host, or of a cluster by one of its servers, lies on a backup host, complete. */
  | ({ readonly type: 'backup.made'; readonly host: string; readonly duration: number } & Pick<
      Backup,
      'to' | 'cluster'
    > &
      BackupCopy)
  | { readonly type: 'warning'; readonly host?: string; readonly message: string }
  | { readonly type: 'host.done'; readonly host: string; readonly result: HostResult }
  | {
      readonly type: 'run.finished'
      readonly run: string
      readonly results: readonly HostResult[]
      readonly duration: number
    }
  /** It ended before it could say what its hosts came to. Without a problem where that is a bug of Fettle's. */
  | { readonly type: 'run.failed'; readonly run: string; readonly problems: readonly Problem[] }

export type Emit = (event: Event) => void
