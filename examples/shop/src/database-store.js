import { openDatabase } from './database.js'
import { databaseCatalogue, productsTable, seedProducts } from './database-catalogue.js'
import { databaseOrders, ordersTable } from './database-orders.js'

/** Brings the database to what this release needs; once is as good as twice. */
export const migrateDatabase = async (settings, products) => {
  const database = openDatabase(settings)
  for (const table of [ordersTable, productsTable]) await database.write(table)
  await seedProducts(database, products)
  await database.close()
}

export const openDatabaseStore = (settings, built) => {
  const database = openDatabase(settings)
  return {
    catalogue: databaseCatalogue(database, built),
    orders: databaseOrders(database),
    close: () => database.close(),
  }
}
