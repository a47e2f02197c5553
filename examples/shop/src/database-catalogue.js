import { cataloguePage, productPage } from './pages.js'

export const productsTable = `CREATE TABLE IF NOT EXISTS products (
  id VARCHAR(64) NOT NULL PRIMARY KEY,
  name VARCHAR(200) NOT NULL,
  price INT NOT NULL,
  about TEXT NOT NULL,
  shelf INT NOT NULL
)`

/** Puts products on the shelf that are not there yet. What was changed since stays changed. */
export const seedProducts = (database, products) =>
  database.write('INSERT INTO products (id, name, price, about, shelf) VALUES ? ON DUPLICATE KEY UPDATE id = id', [
    products.map(({ id, name, price, about }, shelf) => [id, name, price, about, shelf]),
  ])

const select = 'SELECT id, name, price, about FROM products ORDER BY shelf, id'

/** The catalogue of a database: what is changed there is sold from then on. */
export const databaseCatalogue = (database, { style, finished }) => {
  const products = () => database.find(select)
  return {
    products,
    frontPage: async () => finished(cataloguePage(style, await products())),
    productPage: async (id) => {
      const product = (await products()).find((each) => each.id === id)
      return product && finished(productPage(style, product))
    },
  }
}
