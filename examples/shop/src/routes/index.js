import { basketRoutes } from './basket.js'
import { catalogueRoutes } from './catalogue.js'
import { healthRoutes } from './health.js'
import { orderRoutes } from './orders.js'

/** What the shop answers, by method and path; `*` stands for one segment, which the handler is given. */
export const shopRoutes = (shop) => ({
  ...catalogueRoutes(shop),
  ...basketRoutes(shop),
  ...orderRoutes(shop),
  ...healthRoutes(shop),
})
