import { secondsOf, sendEvenly } from '../download.js'
import { Refusal, send, sendJson, sendPage } from '../exchange.js'

const aYear = 'public, max-age=31536000, immutable'

/** What is for sale, and the catalogue to take home, which the build has made. */
export const catalogueRoutes = ({ built, catalogue }) => ({
  'GET /': async (_, response) => sendPage(response, 200, await catalogue.frontPage()),
  'GET /products/*': async (_, response, { segment }) => {
    const page = await catalogue.productPage(segment)
    if (page === undefined) throw new Refusal(404, 'there is no such product')
    sendPage(response, 200, page)
  },
  'GET /catalogue.json': async (_, response) => sendJson(response, 200, await catalogue.products()),
  'GET /catalogue.pdf': (_, response, { query }) => {
    const seconds = secondsOf(query.get('seconds'))
    if (seconds === null) throw new Refusal(400, 'seconds: from 0 to 60')
    sendEvenly(response, built.pdf, seconds)
  },
  [`GET /${built.style}`]: (_, response) => send(response, 200, 'text/css', built.css, { 'Cache-Control': aYear }),
})
