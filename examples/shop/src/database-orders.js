import { openDatabase } from './database.js'

const table = `CREATE TABLE IF NOT EXISTS orders (
  id VARCHAR(64) NOT NULL PRIMARY KEY,
  placed CHAR(24) NOT NULL,
  items TEXT NOT NULL,
  total INT NOT NULL,
  \`release\` VARCHAR(64) NOT NULL
)`

/** Brings the database to what this release needs; once is as good as twice. */
export const migrateDatabase = async (settings) => {
  const database = openDatabase(settings)
  await database.write(table)
  await database.close()
}

/** The orders of a database. An id that comes twice is stored once: whoever repeats a request orders nothing twice. */
export const openDatabaseOrders = (settings) => {
  const database = openDatabase(settings)
  const find = 'SELECT id, placed, items, total, `release` FROM orders WHERE id = ?'
  const orderIn = (row) => ({ ...row, items: JSON.parse(row.items) })
  return {
    /** Resolves when the order is committed. */
    add: ({ id, placed, items, total, release }) =>
      database.write(
        'INSERT INTO orders (id, placed, items, total, `release`) VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE id = id',
        [id, placed, JSON.stringify(items), total, release],
      ),
    find: async (id) => {
      const found = await database.read(find, [id])
      return (found.length > 0 ? found : await database.readNewest(find, [id])).map(orderIn)
    },
    close: () => database.close(),
  }
}
