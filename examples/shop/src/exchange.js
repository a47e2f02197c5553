const mostBytes = 16_384

/** What is wrong with a request, told to its client. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

export const send = (response, status, type, body, headers = {}) => {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body), ...headers })
  response.end(body)
}

export const sendPage = (response, status, body, headers) =>
  send(response, status, 'text/html; charset=utf-8', body, headers)

export const sendText = (response, status, text) => send(response, status, 'text/plain; charset=utf-8', `${text}\n`)

export const sendJson = (response, status, value, headers) =>
  send(response, status, 'application/json', `${JSON.stringify(value)}\n`, headers)

const bodyOf = async (request) => {
  const chunks = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > mostBytes) throw new Refusal(413, `at most ${mostBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

export const isJson = (request) => /^application\/json\b/.test(request.headers['content-type'] ?? '')

/** The fields of a body, whether a form or JSON. */
export const fieldsOf = async (request) => {
  const text = await bodyOf(request)
  if (!isJson(request)) return Object.fromEntries(new URLSearchParams(text))
  try {
    return Object(JSON.parse(text))
  } catch {
    throw new Refusal(400, 'this is not JSON')
  }
}
