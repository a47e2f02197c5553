import { createHmac, timingSafeEqual } from 'node:crypto'

const cookieName = 'basket'
const mostOfOne = 99

const signature = (text, secret) => createHmac('sha256', secret).update(text).digest()

/** The value of the cookie: quantities by product, and who vouches for them. It is all there is of a basket. */
export const sealBasket = (quantities, secret) => {
  const text = Buffer.from(JSON.stringify(quantities)).toString('base64url')
  return `${text}.${signature(text, secret).toString('base64url')}`
}

/** The quantities in a value; none where it was not signed with this secret. */
export const openBasket = (value, secret) => {
  const [text = '', signed = ''] = value.split('.')
  const given = Buffer.from(signed, 'base64url')
  const due = signature(text, secret)
  if (given.length !== due.length || !timingSafeEqual(given, due)) return {}
  return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
}

export const basketOf = (request, secret) => {
  const cookies = (request.headers.cookie ?? '').split(/;\s*/)
  const found = cookies.find((cookie) => cookie.startsWith(`${cookieName}=`))
  return found ? openBasket(found.slice(cookieName.length + 1), secret) : {}
}

export const basketCookie = (request, quantities, secret) => {
  const age = Object.keys(quantities).length > 0 ? '' : '; Max-Age=0'
  const secure = request.headers['x-forwarded-proto'] === 'https' ? '; Secure' : ''
  return `${cookieName}=${sealBasket(quantities, secret)}; Path=/; HttpOnly; SameSite=Lax${age}${secure}`
}

export const isQuantity = (value) => Number.isInteger(value) && value >= 0 && value <= mostOfOne

/** The basket with another quantity of a product; zero takes it out. */
export const withQuantity = (quantities, product, quantity) =>
  Object.fromEntries(Object.entries({ ...quantities, [product]: quantity }).filter(([, count]) => count > 0))

/** What is in a basket. A product that this release does not sell is passed over. */
export const priced = (quantities, products) => {
  const lines = products.flatMap((product) =>
    quantities[product.id] > 0 ? [{ product, quantity: quantities[product.id] }] : [],
  )
  return { lines, total: lines.reduce((sum, { product, quantity }) => sum + product.price * quantity, 0) }
}
