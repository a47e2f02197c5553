import { sendText } from '../exchange.js'

/** Alive: this process answers. Ready: requests may be sent here. */
export const healthRoutes = ({ isReady }) => ({
  'GET /livez': (_, response) => sendText(response, 200, 'alive'),
  'GET /readyz': (_, response) => (isReady() ? sendText(response, 200, 'ready') : sendText(response, 503, 'not ready')),
})
