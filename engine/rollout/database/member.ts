import type { DatabaseAnswer, DatabaseHost, Epoch } from '../../core/database.ts'
import type { Problem } from '../../core/error.ts'
import { type Gtids, minus, readGtids } from './gtids.ts'

/** A server of a cluster, as it was seen at one moment. */
export interface Member {
  /** The host. */
  readonly name: string
  readonly address: string
  readonly port: number
  /** It is to insist on knowing whom it follows. */
  readonly verifies: boolean
  /** Its commits are to wait for a replica, where it is the writer. */
  readonly semiSync: boolean
  /** What its host says; a problem where nobody could come in. */
  readonly seen: DatabaseHost | Problem
}

/** A member whose server answers. */
export interface Answering extends Member {
  readonly seen: DatabaseHost & { readonly server: DatabaseAnswer }
}

export const isReached = (member: Member): member is Member & { readonly seen: DatabaseHost } => 'unit' in member.seen

export const answers = (member: Member): member is Answering => isReached(member) && member.seen.server !== null

export const executedBy = ({ seen: { server } }: Answering): Gtids => readGtids(server.flavor, server.executed)

/**
 * Transactions of a member that the writer does not have. What the writer itself has written since it was asked is none
 * of them.
 */
export const errantOf = (member: Answering, writer: Answering): Gtids =>
  new Map([...minus(executedBy(member), executedBy(writer))].filter(([source]) => !isOwn(source, writer)))

const isOwn = (source: string, { seen: { server } }: Answering): boolean =>
  server.flavor === 'mysql' ? source.split(':', 1)[0] === server.own : source.endsWith(`-${server.own}`)

/** The newest promotion that anybody has heard of; null for none. */
export const newestEpoch = (members: readonly Member[]): Epoch | null =>
  members
    .flatMap(({ seen }) => ('unit' in seen && seen.epoch ? [seen.epoch] : []))
    .reduce<Epoch | null>((newest, epoch) => (newest && newest.number >= epoch.number ? newest : epoch), null)

export const follows = (member: Answering, writer: Member): boolean =>
  member.seen.server.source?.address === writer.address && member.seen.server.source.port === writer.port
