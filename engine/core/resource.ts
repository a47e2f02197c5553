import type { Read } from './fact.ts'
import type { Plan } from './plan.ts'
import type { Guard, Step } from './step.ts'

/**
 * One kind of thing with a desired state. It observes thinly and decides purely;
 * it never acts: its steps are data that the engine performs.
 */
export interface Resource<Spec, State> {
  /** The first half of a key: `file` in `file:/etc/hosts`. */
  readonly kind: string
  /** The second half: what makes it one thing on a host. Two specs with one identity must agree. */
  identity(spec: Spec): string
  /** Only through facts. */
  observe(spec: Spec, read: Read): Promise<State>
  /** Pure and total. */
  plan(spec: Spec, state: State): Plan
  /** The version of this thing as a service sees it; what reloads and restarts are owed for. Null while absent. */
  stamp?(spec: Spec, state: State): Stamp | null
  /** The stamp once `plan` has been performed. */
  stampAfter?(spec: Spec): Stamp | null
  /** The spec that takes away what Fettle once made; kinds without it are never removed implicitly. */
  retire?(identity: string): Spec
  /** Has the host go by an earlier version of its file that was given back, where no unit that reacts does. */
  readonly takeUp?: readonly Step[]
  /** The guard of what could cut the way in whatever its role says. */
  guards?(spec: Spec): Guard | undefined
  /** Retiring gives back what was there before Fettle, so that adopted things may be retired too. */
  readonly restores?: true
}

/** A version, and when the host last changed it (seconds since the epoch, with fractions), where it knows. */
export interface Stamp {
  readonly version: string
  readonly changedAt?: number
  /** Not everybody may read what it is a version of, or guess it. */
  readonly private?: true
}

/** What a service needs to notice an input: `restart` includes `reload`. */
export type Asks = 'reload' | 'restart'

/** A command that judges a whole configuration before any of it is in place. */
export interface Validator {
  /** Files with the same validator are judged together. */
  readonly name: string
  /** POSIX sh; exit 0 means good. Runs in a private mount namespace where the future files are in place. */
  readonly script: string
}

/** What any declaration may add to its spec. */
export interface Attachments {
  /** Units that must reload when this changes. */
  readonly reloads?: readonly string[]
  /** Units that must restart when this changes. */
  readonly restarts?: readonly string[]
  /** For files: judged before it is placed. */
  readonly validate?: Validator
  /** Changing it could cut the way in: the host takes it back by itself unless it is confirmed over a new connection. */
  readonly guard?: Guard
}

/**
 * A resource with its spec: what a role's description is a list of.
 * The state type is hidden; `observe` and `plan` fit each other by construction.
 */
export interface Declaration {
  readonly key: string
  readonly resource: Resource<unknown, unknown>
  readonly spec: unknown
  readonly attachments: Attachments
}

/** Makes the function with which descriptions name a resource. */
export const declarer =
  <Spec extends object, State>(resource: Resource<Spec, State>) =>
  (specAndAttachments: Spec & Attachments): Declaration => {
    const { reloads, restarts, validate, guard: asked, ...rest } = specAndAttachments
    const spec = rest as unknown as Spec
    const own = resource.guards?.(spec)
    const guard = own || asked ? { ...own, ...asked } : undefined
    return {
      key: `${resource.kind}:${resource.identity(spec)}`,
      resource: resource as unknown as Resource<unknown, unknown>,
      spec,
      attachments: {
        ...(reloads && { reloads }),
        ...(restarts && { restarts }),
        ...(validate && { validate }),
        ...(guard && { guard }),
      },
    }
  }
