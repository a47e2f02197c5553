/** One measure against attackers, as a role says it of a host. */
export interface Control {
  /** The same on every host: `ssh-keys-only`. */
  readonly name: string
  /** What holds where it is in place, in a few words. */
  readonly title: string
  /** What it is good for. */
  readonly why: string
  /** Who else asks for it. */
  readonly reference?: string
  readonly standing: Standing
}

/**
 * How a control is meant on a host: it `applies`, by declarations of the same role with these keys; or it is `excepted`;
 * or it belongs to the `machine` whose kernel the host shares.
 */
export type Standing =
  | { readonly is: 'applies'; readonly keys: readonly string[] }
  | { readonly is: 'excepted'; readonly reason: string }
  | { readonly is: 'machine' }

/** That a control applies by these declarations, unless there is a reason why not. */
export const appliesUnless = (reason: string | null, keys: readonly string[]): Standing =>
  reason === null ? { is: 'applies', keys } : { is: 'excepted', reason }
