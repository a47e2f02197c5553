import { secondsOf, sendEvenly } from '../download.js'
import { Refusal, send, sendJson, sendPage } from '../exchange.js'

const aYear = 'public, max-age=31536000, immutable'

/** The pages that the build has made, and the catalogue to take home. */
export const catalogueRoutes = ({ built }) => {
  const page = (response, path) => {
    const body = built.pages.get(path)
    if (body === undefined) throw new Refusal(404, 'there is no such product')
    sendPage(response, 200, body)
  }
  return {
    'GET /': (_, response) => page(response, 'index'),
    'GET /products/*': (_, response, { segment }) => page(response, `products/${segment}`),
    'GET /catalogue.json': (_, response) => sendJson(response, 200, built.products),
    'GET /catalogue.pdf': (_, response, { query }) => {
      const seconds = secondsOf(query.get('seconds'))
      if (seconds === null) throw new Refusal(400, 'seconds: from 0 to 60')
      sendEvenly(response, built.pdf, seconds)
    },
    [`GET /${built.style}`]: (_, response) => send(response, 200, 'text/css', built.css, { 'Cache-Control': aYear }),
  }
}
