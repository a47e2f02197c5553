import { randomBytes } from 'node:crypto'

/** A name for a new run: its time, the milliseconds as three hexadecimal digits, so that names sort as runs happened. */
export const runName = (now = new Date()): string => {
  const second = now.toISOString().replaceAll(/[-:]/g, '').slice(0, 15)
  return `${second}-${now.getMilliseconds().toString(16).padStart(3, '0')}${randomBytes(2).toString('hex').slice(1)}`
}
