import { createHash } from 'node:crypto'
import type { Flavor } from '../../../engine/core/database.ts'

/** Whether everything is tried, not only what stands for its kind. */
export const isAll = process.env.FETTLE_EXTENT === 'all'

/** Whether not even everything that stands for its kind is tried, only some of it: `npm test`. */
export const isSample = process.env.FETTLE_EXTENT === undefined

/** Debian's releases that something is tried on: the newest stable one, with the one before where everything is tried. */
export const releasesForThisRun = isAll ? (['bookworm', 'trixie'] as const) : (['trixie'] as const)

/** Servers of databases that something is tried on, each on the release that brings it: both where everything is tried. */
export const flavorsForThisRun: readonly (readonly [Flavor, string])[] = isAll
  ? [
      ['mariadb', 'trixie'],
      ['mysql', 'sid'],
    ]
  : [['mariadb', 'trixie']]

/** Rows of a long table: each third one, unless everything is tried. */
export const rowsForThisRun = <Row>(rows: readonly Row[]): readonly Row[] =>
  isAll ? rows : rows.filter((_, index) => index % 3 === 0)

const [part = 1, parts = 1] = (process.env.FETTLE_SHARD ?? '1/1').split('/').map(Number)

/** Whether it belongs to the shard that this run is for: every name is in exactly one of them. */
export const isMine = (name: string): boolean =>
  createHash('sha256').update(name).digest().readUInt32BE() % parts === part - 1

/** Whether tests that are the same with and without `all` are for this run. */
export const isForThisRun = (name: string): boolean => !isAll || isMine(name)

/** The numbers up to `most`, from 1 on, that belong to the shard that this run is for. */
export const mine = (kind: string, most: number): readonly number[] =>
  Array.from({ length: most }, (_, index) => index + 1).filter((number) => isMine(`${kind} ${number}`))
