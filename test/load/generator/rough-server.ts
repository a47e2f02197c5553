import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { execa } from 'execa'
import { onTestFinished } from 'vitest'

/** What a server does with a request; `turn` counts the requests of this connection, from 0. */
export type Treat = (socket: Socket, turn: number, request: string) => void

export const answer = (body: string, status = '200 OK', headers = ''): string =>
  `HTTP/1.1 ${status}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`

const serve = (socket: Socket, treat: Treat): void => {
  let turn = 0
  socket.on('error', () => undefined)
  socket.on('data', (data) => treat(socket, turn++, data.toString('latin1')))
}

/** A server on the loopback that treats each request as it is told, until the test is over. Its address. */
export const roughServer = async (treat: Treat): Promise<string> => {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    serve(socket, treat)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
}

/** An address on the loopback where nobody listens. */
export const nobody = async (): Promise<string> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
}

const deafProgram = `
const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  console.log(server.address().port)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
})`

/** An address whose queue of connections is full and is never worked off. */
export const deafServer = async (): Promise<string> => {
  const child = execa(process.execPath, ['-e', deafProgram], { reject: false, buffer: false })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await child
  })
  const [port] = await once(child.stdout, 'data')
  return `http://127.0.0.1:${Number(String(port))}`
}
