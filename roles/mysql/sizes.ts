import type { HostFacts } from '../../engine/core/host.ts'
import type { MysqlSettings } from './settings.ts'

/** What a server is given of its host. Bytes. */
export interface Sizes {
  readonly bufferPool: number
  /** What is written ahead of the data files: a quarter of what is held in memory is as much as helps. */
  readonly redoLog: number
  readonly maxConnections: number
  /** Threads that read and write data files, of each. */
  readonly ioThreads: number
  /** Threads that apply what a replica receives. */
  readonly appliers: number
}

const mebibyte = 2 ** 20

/** Both servers hand out memory for data in pieces of this size. */
const piece = 128 * mebibyte

export const sizesOf = (settings: MysqlSettings, facts: HostFacts): Sizes => {
  const bufferPool = roundedDown(settings.memory ? bytesOf(settings.memory) : facts.memory / 2)
  return {
    bufferPool,
    redoLog: within(100 * mebibyte, Math.floor(bufferPool / 4 / mebibyte) * mebibyte, 4096 * mebibyte),
    maxConnections: settings.maxConnections ?? connectionsFor(facts),
    ioThreads: within(4, facts.cpus, 64),
    appliers: within(2, facts.cpus, 16),
  }
}

const within = (least: number, value: number, most: number): number => Math.min(Math.max(least, value), most)

const roundedDown = (bytes: number): number => Math.max(piece, Math.floor(bytes / piece) * piece)

const bytesOf = (text: string): number => Number.parseInt(text, 10) * mebibyte * (text.endsWith('G') ? 1024 : 1)

/** What units of Debian let a server have open at least, and what of it goes to the tables that it keeps open. */
const unitFiles = 10_000
const tableFiles = 8000

/** A connection that works needs some MiB besides the buffer pool. */
const connectionsFor = ({ memory, openFiles }: HostFacts): number => {
  const byMemory = within(150, Math.round(memory / 2 ** 30) * 100, 10_000)
  return Math.min(byMemory, Math.max(100, Math.min(openFiles, unitFiles) - tableFiles - 10))
}
