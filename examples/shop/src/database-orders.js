export const ordersTable = `CREATE TABLE IF NOT EXISTS orders (
  id VARCHAR(64) NOT NULL PRIMARY KEY,
  placed CHAR(24) NOT NULL,
  items TEXT NOT NULL,
  total INT NOT NULL,
  \`release\` VARCHAR(64) NOT NULL
)`

const insert = `INSERT INTO orders (id, placed, items, total, \`release\`) VALUES (?, ?, ?, ?, ?)
  ON DUPLICATE KEY UPDATE id = id`
const select = 'SELECT id, placed, items, total, `release` FROM orders WHERE id = ?'

/** The orders of a database. An id that comes twice is stored once: whoever repeats a request orders nothing twice. */
export const databaseOrders = (database) => ({
  /** Resolves when the order is committed. */
  add: ({ id, placed, items, total, release }) =>
    database.write(insert, [id, placed, JSON.stringify(items), total, release]),
  find: async (id) => {
    const found = await database.find(select, [id])
    return found.map((row) => ({ ...row, items: JSON.parse(row.items) }))
  },
})
