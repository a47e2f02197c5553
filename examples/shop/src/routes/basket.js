import { randomUUID } from 'node:crypto'
import { basketCookie, basketOf, isQuantity, priced, withQuantity } from '../basket.js'
import { fieldsOf, Refusal, send, sendJson, sendPage } from '../exchange.js'
import { basketPage } from '../pages.js'

export const basketRoutes = ({ built, basketSecret, catalogue }) => {
  const basket = async (request) => priced(basketOf(request, basketSecret), await catalogue.products())
  return {
    'GET /basket': async (request, response) =>
      sendPage(response, 200, built.finished(basketPage(built.style, await basket(request), randomUUID()))),
    'GET /basket.json': async (request, response) => sendJson(response, 200, await basket(request)),
    'POST /basket': async (request, response) => {
      const { product, quantity } = await fieldsOf(request)
      const isSold = (await catalogue.products()).some(({ id }) => id === product)
      if (!isSold || !isQuantity(Number(quantity))) throw new Refusal(400, 'a product, and a quantity from 0 to 99')
      const quantities = withQuantity(basketOf(request, basketSecret), product, Number(quantity))
      const cookie = basketCookie(request, quantities, basketSecret)
      send(response, 303, 'text/plain', '', { 'Set-Cookie': cookie, Location: '/basket' })
    },
  }
}
