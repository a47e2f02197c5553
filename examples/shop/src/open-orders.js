/** Where orders are kept. What a database takes is loaded only where there is one. */
export const openOrders = async ({ database, shared }) => {
  if (database) return (await import('./database-orders.js')).openDatabaseOrders(database)
  return (await import('./orders.js')).openOrders(shared)
}
