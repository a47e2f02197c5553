import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** What a line of orders.ndjson says, by version. A version only ever adds: older releases go on beside it. */
export const versions = {
  1: ['id', 'placed', 'items', 'total'],
  2: ['id', 'placed', 'items', 'total', 'release'],
}

const fileIn = (shared) => join(shared, 'schema.json')

/** The version of the data in a folder; 1 where nothing has said otherwise. */
export const schemaVersion = (shared) => {
  try {
    return JSON.parse(readFileSync(fileIn(shared), 'utf8')).version
  } catch (error) {
    if (error.code === 'ENOENT') return 1
    throw error
  }
}

/** Says the version in one step: whoever reads meanwhile finds the old file or the new one. */
export const setSchemaVersion = (shared, version) => {
  const fresh = `${fileIn(shared)}.${process.pid}`
  const descriptor = openSync(fresh, 'w', 0o640)
  writeSync(descriptor, `${JSON.stringify({ version, order: versions[version] })}\n`)
  fsyncSync(descriptor)
  closeSync(descriptor)
  renameSync(fresh, fileIn(shared))
}
