import type { Flavor } from '../../core/database.ts'
import { FettleError, type Problem } from '../../core/error.ts'
import { heldOf } from './cluster.ts'
import type { Ordered } from './orders.ts'

const folder = '/var/lib/mysql'

/** What a server makes for itself, and no copy has. */
const own = ['binlog.*', 'relay-bin.*', '*-bin.[0-9]*', 'ib_logfile*', '#innodb_*', '#ib_*', 'ibtmp*', '.fettle-*']

const sizeScript = `du -s --block-size=1 ${own.map((each) => `--exclude='${each}'`).join(' ')} ${folder} 2>/dev/null | cut -f 1`

/** Left by a copy that was cut short, and gone before the next one. */
const leftovers = `du -sc --block-size=1 ${folder}/.fettle-* 2>/dev/null | tail -n 1 | cut -f 1`

/** Its databases go first. */
const databases = `{ find ${folder} -mindepth 1 -maxdepth 1 -type d ! -name mysql ! -name '#*' ! -name '*_schema' ! -name sys \\
  -exec du -s --block-size=1 {} + | cut -f 1; echo 0; } | awk '{ all += $1 } END { printf "%.0f", all }'`

const freeScripts: Readonly<Record<Flavor, string>> = {
  mariadb: leftovers,
  mysql: databases,
}

const freeScript = (flavor: Flavor): string =>
  `df --output=avail --block-size=1 ${folder} | tail -n 1; ${freeScripts[flavor]}`

/** Bytes. */
export interface Room {
  /** Of what is copied. */
  readonly size: number
  /** On the disk of the one that gets it. */
  readonly free: number
  /** That become free before the copy comes. */
  readonly replaced: number
}

/** A twentieth more, and 64 MiB at least: what is written meanwhile comes along. */
const needed = (size: number): number => size + Math.max(size / 20, 64 * 2 ** 20)

const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`

/** Pure. Null where a copy fits. */
export const roomProblem = (name: string, donor: string, flavor: Flavor, room: Room): Problem | null => {
  const { size, free, replaced } = room
  if (free + replaced >= needed(size)) return null
  return {
    code: 'database.refused',
    host: name,
    message: `${name} has no room for a copy of ${donor}: it takes ${mebibytes(needed(size))}, and ${mebibytes(free + replaced)} are free in ${folder}`,
    detail:
      flavor === 'mariadb'
        ? 'what it has now is kept until the copy is whole; nothing was touched'
        : 'what its databases take now is counted as free; nothing was touched',
    hint: `give ${folder} of ${name} more space, or make room there`,
  }
}

/** Resolves with the bytes that a copy takes. Errors: `database.refused` where they do not fit. */
export const checkRoom = async (server: Ordered, donor: Ordered): Promise<number> => {
  const { flavor } = server.member.seen.server
  const [size, free] = await Promise.all([
    heldOf(donor.host).ask(sizeScript),
    heldOf(server.host).ask(freeScript(flavor)),
  ])
  const [available = 0, replaced = 0] = free.trim().split(/\s+/).map(Number)
  const problem = roomProblem(server.host.name, donor.host.name, flavor, {
    size: Number(size),
    free: available,
    replaced,
  })
  if (problem) throw new FettleError(problem)
  return Number(size)
}
