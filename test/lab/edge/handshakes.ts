import { request } from 'node:https'
import { setTimeout as pause } from 'node:timers/promises'
import { createSecureContext, type DetailedPeerCertificate, type SecureContext, type TLSSocket } from 'node:tls'

/** What came of coming anew over and over, each time with a handshake that verifies the whole chain. */
export interface Came {
  readonly times: number
  /** For how long. */
  readonly seconds: number
  /** Why it went wrong, each time that it did. */
  readonly failures: readonly string[]
  /** Serial numbers in the order in which they were seen first. */
  readonly serials: readonly string[]
}

interface Visit {
  readonly address: string
  readonly name: string
  /** PEM. */
  readonly ca: string
  readonly perSecond: number
}

export interface Coming {
  /** Serial numbers seen until now. */
  serials(): readonly string[]
  stop(): Promise<Came>
}

/** Milliseconds. */
const patience = 10_000

/** The serial number of what was shown. Throws where anything is wrong with it, or with the answer. */
const visit = ({ address, name }: Visit, secureContext: SecureContext): Promise<string> =>
  new Promise((resolve, reject) => {
    const to = { host: address, servername: name, headers: { host: name }, secureContext }
    const asked = request({ ...to, agent: false, timeout: patience }, (answer) => {
      const { serialNumber } = (answer.socket as TLSSocket).getPeerCertificate() as DetailedPeerCertificate
      answer.resume()
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve(serialNumber) : reject(new Error(`status ${answer.statusCode}`)),
      )
    })
    asked.on('timeout', () => asked.destroy(new Error('no answer in time')))
    asked.on('error', reject)
    asked.end()
  })

/** Comes until it is stopped. Who is not answered keeps nobody else waiting, as long as there are not as many as come in a second. */
export const startComing = (where: Visit): Coming => {
  const stopping = new AbortController()
  const serials = new Set<string>()
  const failures: string[] = []
  const under = new Set<Promise<void>>()
  const began = performance.now()
  const trusting = createSecureContext({ ca: where.ca })
  let times = 0
  const come = async () => {
    try {
      serials.add(await visit(where, trusting))
    } catch (error) {
      failures.push(`${((performance.now() - began) / 1000).toFixed(1)} s: ${error}`)
    }
  }
  const coming = (async () => {
    while (!stopping.signal.aborted) {
      while (times < ((performance.now() - began) / 1000) * where.perSecond && under.size < where.perSecond) {
        times++
        const one: Promise<void> = come().finally(() => under.delete(one))
        under.add(one)
      }
      await pause(2)
    }
    await Promise.all(under)
  })()
  return {
    serials: () => [...serials],
    stop: async () => {
      stopping.abort()
      await coming
      return { times, seconds: (performance.now() - began) / 1000, failures, serials: [...serials] }
    },
  }
}

/** The root of an authority for practice, which has another one after each start. PEM. */
export const rootOf = (address: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const asked = request(
      `https://${address}:15000/roots/0`,
      { rejectUnauthorized: false, agent: false, timeout: patience },
      (answer) => {
        const pieces: Buffer[] = []
        answer.on('data', (piece) => pieces.push(piece))
        answer.on('end', () => resolve(Buffer.concat(pieces).toString()))
      },
    )
    asked.on('error', reject)
    asked.end()
  })
