import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { schemaVersion, versions } from './schema.js'

export const isOrderId = (id) => typeof id === 'string' && /^[\w-]{1,64}$/.test(id)

/** Several orders that wait for the disk wait for it together: a sync serves all that was written before it began. */
const sharedSync = (handle) => {
  let running = Promise.resolve()
  let next = null
  const begin = () => {
    next = null
    running = handle.datasync()
    return running
  }
  return () => {
    next ??= running.then(begin, begin)
    return next
  }
}

/**
 * The orders of one folder: one line each, only ever appended. Every order is one write with O_APPEND, so that several
 * instances of a host share the file without a lock.
 */
export const openOrders = async (shared) => {
  const file = join(shared, 'orders.ndjson')
  const fields = versions[schemaVersion(shared)] ?? versions[2]
  const handle = await open(file, 'a', 0o640)
  const sync = sharedSync(handle)

  /** Resolves when the order would survive a crash. An id that was there before is stored once more. */
  const add = async (order) => {
    const line = Buffer.from(`${JSON.stringify(Object.fromEntries(fields.map((name) => [name, order[name]])))}\n`)
    const { bytesWritten } = await handle.write(line)
    if (bytesWritten < line.length) throw new Error(`only ${bytesWritten} of ${line.length} bytes were written`)
    await sync()
  }

  /** All lines that were stored under an id. */
  const find = async (id) => {
    const found = []
    for await (const line of createInterface({ input: createReadStream(file) })) {
      if (line.includes(id) && JSON.parse(line).id === id) found.push(JSON.parse(line))
    }
    return found
  }

  return { add, find, close: () => handle.close() }
}
