import { type IncomingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Asks once, over a connection of its own. Rejects where there is no answer. */
export const ask = (address: string, path = '/', headers: Record<string, string> = {}, port = 80): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request({ host: address, port, path, headers, agent: false, timeout: 10_000 }, (answer) => {
      let body = ''
      answer.setEncoding('utf8').on('data', (text) => {
        body += text
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }))
    })
    asked.on('timeout', () => asked.destroy(new Error('no answer in time')))
    asked.on('error', reject)
    asked.end()
  })

/** What comes over a connection until it ends, and after how many milliseconds it does. */
export const converse = (address: string, talk: (write: (text: string) => void) => () => void) =>
  new Promise<{ readonly said: string; readonly after: number }>((resolve, reject) => {
    const began = performance.now()
    const socket = connect(80, address)
    let said = ''
    let stop = () => {}
    socket.on('connect', () => {
      stop = talk((text) => socket.write(text))
    })
    socket.on('data', (text) => {
      said += String(text)
    })
    // What is written to a connection that has ended is answered with a reset.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (!['EPIPE', 'ECONNRESET'].includes(error.code ?? '')) reject(error)
    })
    socket.on('close', () => {
      stop()
      resolve({ said, after: Math.round(performance.now() - began) })
    })
  })
