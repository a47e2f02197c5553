import type { Member } from '../member.ts'

/** All that one observer sees of a cluster, in one moment. */
export interface Sight {
  readonly members: readonly Member[]
  /** Seconds since the server of each host answered; since the observer began, where it never has. */
  readonly silence: ReadonlyMap<string, number>
  /** Replicas that have received nothing for as long as a writer must be silent, with what they have received. */
  readonly deaf: ReadonlyMap<string, string>
  /** Who is changing a host of the cluster now; null for nobody. */
  readonly holder: string | null
}

/** Of a host that was not seen. */
export const silenceOf = ({ silence }: Pick<Sight, 'silence'>, name: string): number => silence.get(name) ?? 0
