import type { Epoch } from '../../../core/database.ts'
import { hears, replicasOf } from '../failover.ts'
import { isWithin, readGtids } from '../gtids.ts'
import { rightful } from '../judge.ts'
import { type Answering, answers, follows, isReached, type Member } from '../member.ts'
import { type Sight, silenceOf } from './sight.ts'

/**
 * What one observer holds of the writer, by what it sees itself:
 * - `new`: there was no promotion yet; `well`: it takes writes; `closed`: it answers, and takes none
 * - `doubted`: it does not answer, but not for long enough
 * - `unreached`: it does not answer here, and a replica hears it
 * - `unclear`: nobody hears it, and nobody can tell that a replica could take over
 * - `gone`: nobody hears it, and a replica has all that there is
 */
export interface Verdict {
  readonly state: 'new' | 'well' | 'closed' | 'doubted' | 'unreached' | 'unclear' | 'gone'
  readonly epoch: Epoch | null
  readonly writer: string
  /** In words. */
  readonly message: string
  /** Its host lets us in, so that its server can be stopped there. */
  readonly isReached: boolean
}

/** Seconds behind that a replica may be and still be expected to apply what it has received in a failover. */
const mostBehind = 30

/** Pure. `after`: seconds for which a writer must have been silent. */
export const judge = (sight: Sight, primary: string, after: number): Verdict => {
  const { epoch, writer } = rightful(sight.members, primary)
  const old = sight.members.find(({ name }) => name === writer)
  const found = { epoch, writer, isReached: old !== undefined && isReached(old) }
  if (!epoch) return { ...found, ...unpromoted(sight.members) }
  if (!old) return { ...found, state: 'unclear', message: `its writer, ${writer}, is no host of it any more` }
  if (answers(old)) return { ...found, ...standing(old, epoch) }
  const why = silenceText(old)
  if (silenceOf(sight, writer) < after) return { ...found, state: 'doubted', message: why }
  const replicas = replicasOf(sight.members, writer)
  const hearing = replicas.filter((member) => hears(member, sight.deaf)).map(({ name }) => name)
  if (hearing.length > 0)
    return { ...found, state: 'unreached', message: `${why}, but ${hearing.join(' and ')} still hears it` }
  const [doubt] = doubts(sight, old, replicas, after)
  if (doubt) return { ...found, state: 'unclear', message: `${why}, and ${doubt}` }
  return { ...found, state: 'gone', message: `${why}, and no replica hears it` }
}

const unpromoted = (members: readonly Member[]): Pick<Verdict, 'state' | 'message'> =>
  members.every(isReached)
    ? { state: 'new', message: 'there was no promotion yet: fettle provision begins a cluster' }
    : { state: 'unclear', message: 'nobody who answers knows of a promotion' }

const standing = ({ name, seen }: Answering, { number }: Epoch): Pick<Verdict, 'state' | 'message'> =>
  seen.server.writable
    ? { state: 'well', message: `${name} is the writer, by promotion ${number}` }
    : { state: 'closed', message: `${name} is the writer, and takes no writes: fettle db resume opens it` }

const silenceText = (member: Member): string => {
  const { name, seen } = member
  if (!isReached(member)) return `${name} does not answer (${'message' in seen ? seen.message : ''})`
  return `the server of ${name} does not answer (${member.seen.silence || member.seen.unit})`
}

/** Why no replica should take over without a person; nothing where one may. */
const doubts = (sight: Sight, old: Member, replicas: readonly Answering[], after: number): readonly string[] => {
  const open = replicas.filter(({ seen }) => seen.server.writable)
  const witnesses = replicas.filter(
    (member) => follows(member, old) && member.seen.server.source?.receiver !== 'stopped',
  )
  const missing = sight.members.filter((member) => member !== old && isMissing(sight, member, old.name, after))
  const heirs = replicas.filter((member) => hasAll(member, replicas))
  const slow = heirs.flatMap((member) => slowness(member, silenceOf(sight, old.name)))
  return [
    ...open.map(({ name }) => `${name} takes writes`),
    ...(witnesses.length === 0 ? ['there is no replica that tries to hear it'] : []),
    ...missing.map(({ name }) => `${name} fell silent with it: nobody knows what that one has`),
    ...(heirs.length === 0 && replicas.length > 0 ? ['each replica has transactions that the others do not have'] : []),
    ...(slow.length < heirs.length ? [] : slow),
  ]
}

/** It may have what no other replica has; one that was silent long before the writer was has not. */
const isMissing = (sight: Sight, member: Member, writer: string, after: number): boolean =>
  !answers(member) && silenceOf(sight, member.name) - silenceOf(sight, writer) <= after

const slowness = ({ name, seen }: Answering, silent: number): readonly string[] => {
  const { source, lag } = seen.server
  if (!source) return []
  if (source.applier !== 'running') return [`${name} does not apply what it has received`]
  const behind = (lag ?? 0) - silent
  return behind > mostBehind ? [`${name} is ${behind.toFixed(0)} s behind what it could have applied`] : []
}

const hasAll = (member: Answering, replicas: readonly Answering[]): boolean =>
  replicas.every((other) => isWithin(receivedBy(other), receivedBy(member)))

/** All that a replica will have once it has applied everything. */
const receivedBy = ({ seen: { server } }: Answering) =>
  readGtids(server.flavor, [server.executed, server.source?.received].filter(Boolean).join(','))
