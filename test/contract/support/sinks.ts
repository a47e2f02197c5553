import { createServer as createHttp } from 'node:http'
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

/** A server on the loopback that keeps what it is told. */
export interface Sink {
  readonly port: number
  readonly told: string[]
  stop(): void
}

const listening = async (server: Server, told: string[]): Promise<Sink> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port, told, stop: () => server.close() }
}

/** Answers requests with these, one after the other, then with 204; keeps their method, path and body. */
export const httpSink = (answers: number[] = []): Promise<Sink> => {
  const told: string[] = []
  const server = createHttp(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    told.push(`${request.method} ${request.url} ${body}`)
    response.writeHead(answers.shift() ?? 204).end()
  })
  return listening(server, told)
}

/** Takes mail from anybody; keeps envelope and text. */
export const smtpSink = (): Promise<Sink> => {
  const told: string[] = []
  return listening(
    createTcp((socket) => take(socket, told)),
    told,
  )
}

const take = (socket: Socket, told: string[]): void => {
  // Whoever has sent his letter may end the connection as he likes.
  socket.on('error', () => undefined)
  let letter: string[] | null = null
  let envelope: string[] = []
  const answer = (text: string) => void socket.write(`${text}\r\n`)
  answer('220 sink')
  socket.on('error', () => {})
  createInterface({ input: socket }).on('line', (line) => {
    if (letter && line === '.') {
      told.push([...envelope, ...letter].join('\n'))
      ;[letter, envelope] = [null, []]
      return answer('250 kept')
    }
    if (letter) return void letter.push(line)
    if (/^(MAIL|RCPT)/i.test(line)) envelope.push(line)
    if (/^QUIT/i.test(line)) return answer('221 bye')
    if (!/^DATA/i.test(line)) return answer('250 ok')
    letter = []
    answer('354 go on')
  })
}
