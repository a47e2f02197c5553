import { connect } from 'node:tls'

/** What a server shows to whoever comes to it under a name. */
export interface Shown {
  /** Hexadecimal, without zeros in front. */
  readonly serial: string
  /** Why it is not trusted, in words; null where it is, for this name too. */
  readonly distrust: string | null
}

interface Place {
  readonly address: string
  readonly port: number
  readonly name: string
  /** PEM of those that are trusted. Default: what Node trusts. */
  readonly authorities?: string
}

/** Milliseconds. */
const patience = 10_000

/** Null where nobody answers. */
export const handshake = ({ address, port, name, authorities }: Place): Promise<Shown | null> =>
  new Promise((resolve) => {
    const trusted = authorities === undefined ? {} : { ca: authorities }
    const socket = connect({ host: address, port, servername: name, rejectUnauthorized: false, ...trusted })
    const end = (shown: Shown | null) => {
      socket.destroy()
      resolve(shown)
    }
    socket.setTimeout(patience, () => end(null))
    socket.once('error', () => end(null))
    socket.once('secureConnect', () => {
      const serial = socket.getPeerCertificate().serialNumber ?? ''
      const error = socket.authorizationError
      end({ serial: serial.replace(/^0+/, ''), distrust: error ? String(error.message ?? error) : null })
    })
  })
