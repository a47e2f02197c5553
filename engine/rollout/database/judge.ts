import type { Epoch } from '../../core/database.ts'
import { describeGtids } from './gtids.ts'
import { type Answering, answers, errantOf, follows, isReached, type Member, newestEpoch } from './member.ts'

/** Seconds that a replica may seem to be behind when it is to become the writer in good order: it has a heartbeat a second. */
export const mostLag = 2.5

/** Who is the writer by the newest promotion; for a cluster that has had none, the described one. */
export interface Rightful {
  readonly epoch: Epoch | null
  readonly writer: string
}

export const rightful = (members: readonly Member[], primary: string): Rightful => {
  const epoch = newestEpoch(members)
  return { epoch, writer: epoch?.writer ?? primary }
}

/** What is wrong with a cluster, worst first; nothing where all is as it should be. */
export const troublesOf = (members: readonly Member[], primary: string): readonly string[] => {
  const { writer: name } = rightful(members, primary)
  const writer = members.find((member) => member.name === name)
  const open = members.filter(answers).filter(({ seen }) => seen.server.writable)
  const many = open.length > 1 ? [`${open.map((each) => each.name).join(' and ')} take writes at once`] : []
  const wrong = open
    .filter((each) => each.name !== name && open.length === 1)
    .map((each) => `${each.name} takes writes, but the writer is ${name}`)
  return [...many, ...wrong, ...members.flatMap((member) => troubleOf(member, writer))]
}

const troubleOf = (member: Member, writer: Member | undefined): readonly string[] => {
  const { name, seen } = member
  if (!isReached(member)) return [`${name} cannot be reached: ${'message' in seen ? seen.message : ''}`]
  if (!answers(member)) return [silenceOf(member.name, member.seen.unit, member.seen.silence)]
  if (name === writer?.name) return member.seen.server.writable ? semiSyncTrouble(member) : [`${name} takes no writes`]
  return writer ? replicaTroubles(member, writer) : []
}

const silenceOf = (name: string, unit: string, silence: string): string =>
  unit === '' ? `${name} has no database server` : `the server of ${name} is ${unit}${silence && `: ${silence}`}`

const semiSyncTrouble = ({ name, semiSync, seen: { server } }: Answering): readonly string[] =>
  semiSync && !server.semiSync.waiting
    ? [`commits on ${name} do not wait for a replica: what it acknowledges may be lost with it`]
    : []

/** What keeps a replica from being one. */
const replicaTroubles = (member: Answering, writer: Member): readonly string[] => {
  const { name } = member
  const { source, lag, writable } = member.seen.server
  if (member.seen.copy) return [`${name} has no whole copy that it uses yet: fettle db resume goes on with it`]
  if (writable) return []
  if (!source) return [`${name} follows nobody`]
  const errant = answers(writer) ? errantOf(member, writer) : new Map()
  return [
    ...(follows(member, writer) ? [] : [`${name} follows ${source.address} instead of ${writer.name}`]),
    ...(member.verifies && !source.verifies ? [`${name} does not verify whom it follows`] : []),
    ...(source.receiver === 'running' ? [] : [`${name} does not receive: ${source.trouble || source.receiver}`]),
    ...(source.applier === 'running' ? [] : [`${name} does not apply: ${source.trouble || source.applier}`]),
    ...(errant.size > 0 ? [`${name} has transactions that ${writer.name} never had: ${describeGtids(errant)}`] : []),
    ...(lag !== null && lag > mostLag ? [`${name} is ${lag.toFixed(1)} s behind`] : []),
  ]
}

/** Why a replica should not become the writer in good order; nothing where it may. */
export const reasonsAgainst = (candidate: Member, members: readonly Member[], primary: string): readonly string[] => {
  const { writer: name } = rightful(members, primary)
  const writer = members.find((member) => member.name === name)
  if (candidate.name === name) return [`${name} is the writer already`]
  if (!writer || !answers(writer)) return [`the writer, ${name}, does not answer: that is for a failover`]
  const others = members.filter(answers).filter(({ seen, name }) => seen.server.writable && name !== writer.name)
  return [
    ...others.map((each) => `${each.name} takes writes as well`),
    ...troubleOf(candidate, writer),
    ...(answers(candidate) && candidate.seen.server.lag === null
      ? [`${candidate.name} has never had a heartbeat`]
      : []),
    ...(writer.seen.server.writable ? [] : [`${name} takes no writes: fettle db resume opens it`]),
  ]
}
