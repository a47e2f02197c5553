import { openOrders } from './orders.js'

/** The catalogue that the build has made; it never changes while the app runs. */
const builtCatalogue = ({ products, pages }) => ({
  products: async () => products,
  frontPage: async () => pages.get('index'),
  productPage: async (id) => pages.get(`products/${id}`),
})

/** Where catalogue and orders are kept. What a database takes is loaded only where there is one. */
export const openStore = async ({ database, shared, built }) => {
  if (database) return (await import('./database-store.js')).openDatabaseStore(database, built)
  const orders = await openOrders(shared)
  return { catalogue: builtCatalogue(built), orders, close: () => orders.close() }
}
