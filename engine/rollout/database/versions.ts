import type { Flavor } from '../../core/database.ts'
import type { Problem } from '../../core/error.ts'
import type { Answering } from './member.ts'

const names: Readonly<Record<Flavor, string>> = { mariadb: 'MariaDB', mysql: 'MySQL' }

/** `[11, 8]` of `11.8.3-MariaDB`: servers of one series read each other's files. */
const seriesOf = ({ seen: { server } }: Answering): readonly [number, number] => {
  const [major = 0, minor = 0] = server.version.split('.').map((part) => Number.parseInt(part, 10))
  return [major, minor]
}

/** Negative where the first one is of an older series. */
const compareSeries = (one: Answering, other: Answering): number => {
  const [[major, minor], [otherMajor, otherMinor]] = [seriesOf(one), seriesOf(other)]
  return major - otherMajor || minor - otherMinor
}

export const isOfOneSeries = (one: Answering, other: Answering): boolean =>
  one.seen.server.flavor === other.seen.server.flavor && compareSeries(one, other) === 0

const inWords = ({ name, seen: { server } }: Answering): string =>
  `${name} has ${names[server.flavor]} ${/^[\d.]+/.exec(server.version)?.[0] ?? server.version}`

/** Why a server cannot follow another one; null where it may. A replica may be newer, never older. */
export const cannotFollow = (member: Answering, writer: Answering): Problem | null => {
  const common = {
    code: 'database.refused' as const,
    host: member.name,
    detail: `${inWords(member)}\n${inWords(writer)}\nnothing was touched`,
  }
  if (member.seen.server.flavor !== writer.seen.server.flavor)
    return {
      ...common,
      message: `${member.name} cannot follow ${writer.name}: MariaDB and MySQL do not understand each other`,
      hint: `give all hosts of the cluster one flavor: mysql: { flavor: ${writer.seen.server.flavor} }`,
    }
  if (compareSeries(member, writer) >= 0) return null
  return {
    ...common,
    message: `${member.name} cannot follow ${writer.name}: its server is older`,
    hint: `upgrade ${member.name} first: a replica may be newer than whom it follows, never older`,
  }
}

/** Why a server cannot get a copy of another one's files; null where it may. */
export const cannotCopy = (member: Answering, donor: Answering): Problem | null => {
  const problem = cannotFollow(member, donor)
  if (problem || isOfOneSeries(member, donor)) return problem
  return {
    code: 'database.refused',
    host: member.name,
    message: `${member.name} cannot read a copy of ${donor.name}: its server is of another series`,
    detail: `${inWords(member)}\n${inWords(donor)}\nnothing was touched`,
    hint: `give it the series of ${donor.name}, let it get its copy, and upgrade it then`,
  }
}
