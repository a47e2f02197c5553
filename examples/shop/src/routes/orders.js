import { basketCookie, basketOf, isQuantity, priced } from '../basket.js'
import { fieldsOf, isJson, Refusal, sendJson, sendPage } from '../exchange.js'
import { isOrderId } from '../orders.js'
import { orderPage } from '../pages.js'

/** The quantities by product that a body in JSON asks for. */
const itemsOf = ({ items }, products) => {
  const isGood = (item) => isQuantity(item?.quantity) && products.some(({ id }) => id === item.product)
  if (!Array.isArray(items) || !items.every(isGood)) throw new Refusal(400, 'items: a list of product and quantity')
  return Object.fromEntries(items.map(({ product, quantity }) => [product, quantity]))
}

/** Orders come as JSON, or from the basket's form; their ids are the client's. */
export const orderRoutes = ({ built, basketSecret, catalogue, orders, release }) => {
  const orderOf = async (request) => {
    const fields = await fieldsOf(request)
    if (!isOrderId(fields.id)) throw new Refusal(400, 'id: up to 64 letters, digits, - and _')
    const products = await catalogue.products()
    const items = isJson(request) ? itemsOf(fields, products) : basketOf(request, basketSecret)
    const { lines, total } = priced(items, products)
    if (lines.length === 0) throw new Refusal(400, 'nothing is ordered')
    return { id: fields.id, placed: new Date().toISOString(), items, total, release }
  }
  return {
    'POST /orders': async (request, response) => {
      const order = await orderOf(request)
      await orders.add(order)
      const headers = { Location: `/orders/${order.id}` }
      if (isJson(request)) return sendJson(response, 201, order, headers)
      const emptied = { 'Set-Cookie': basketCookie(request, {}, basketSecret) }
      sendPage(response, 201, built.finished(orderPage(built.style, order)), { ...headers, ...emptied })
    },
    'GET /orders/*': async (_, response, { segment }) => {
      const found = isOrderId(segment) ? await orders.find(segment) : []
      if (found.length === 0) throw new Refusal(404, 'there is no such order')
      sendJson(response, 200, { ...found[0], stored: found.length })
    },
  }
}
