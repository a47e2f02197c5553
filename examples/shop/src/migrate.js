import { readProducts } from './built.js'
import { failsMigration } from './fault.js'
import { schemaVersion, setSchemaVersion } from './schema.js'
import { database, shared } from './settings.js'

/** Brings the data of all releases to what this one needs; once is as good as twice. */
const newest = 2

if (database) await (await import('./database-store.js')).migrateDatabase(database, readProducts())
const from = schemaVersion(shared)
if (failsMigration) {
  process.stderr.write(`the migration from version ${from} fails, because this release was built to\n`)
  process.exitCode = 1
} else if (from >= newest) {
  process.stdout.write(`schema: version ${from}, nothing to do\n`)
} else {
  setSchemaVersion(shared, newest)
  process.stdout.write(`schema: version ${from} -> ${newest}\n`)
}
