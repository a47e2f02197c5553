import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { Recorded } from './rows.ts'

/** Whole lines of a journal from a place on. */
export interface Lines {
  readonly texts: readonly string[]
  /** Where the next line begins. */
  readonly end: number
}

/** A line that is still being written, or was torn by a crash, is left for another time. */
export const readLines = (file: string, start: number): Lines => {
  const descriptor = openIfThere(file)
  if (descriptor === null) return { texts: [], end: start }
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - start))
    const read = bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, start))
    const length = read.lastIndexOf('\n') + 1
    const texts = read.subarray(0, length).toString('utf8').split('\n').slice(0, -1)
    return { texts, end: start + length }
  } finally {
    closeSync(descriptor)
  }
}

/** Null where somebody has removed it meanwhile. */
const openIfThere = (file: string): number | null => {
  try {
    return openSync(file, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Null where it is no event: a crash of the machine may leave what was never written there. */
export const eventOf = (text: string): Recorded | null => {
  try {
    const event = JSON.parse(text) as Recorded
    return typeof event.type === 'string' && !Number.isNaN(Date.parse(event.at)) ? event : null
  } catch {
    return null
  }
}
