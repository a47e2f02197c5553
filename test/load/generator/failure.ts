/** In which way a request failed. */
export type FailureClass =
  | 'connect refused'
  | 'connect timeout'
  | 'unreachable'
  | 'reset'
  | 'closed'
  | 'reset, kept alive'
  | 'closed, kept alive'
  | 'truncated'
  | 'malformed'
  | 'wrong content'
  | 'timeout'
  | 'status 4xx'
  | `status ${number}`
  | 'other'

export interface Failure {
  readonly class: FailureClass
  /** What the system or the answer said. */
  readonly detail: string
}

/** How far a request had come. */
export interface Progress {
  readonly connected: boolean
  /** The connection had served a request before. */
  readonly reused: boolean
  /** The head of an answer had come. */
  readonly answered: boolean
}

const beforeConnected: Readonly<Record<string, FailureClass>> = {
  ECONNREFUSED: 'connect refused',
  ETIMEDOUT: 'connect timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ECONNRESET: 'reset',
}

/** Node gives a connection that was closed properly the code of a reset; only its words differ. */
const lostConnection = ({ code, message }: NodeJS.ErrnoException): 'closed' | 'reset' | null => {
  if (message === 'socket hang up') return 'closed'
  return code === 'ECONNRESET' || code === 'EPIPE' ? 'reset' : null
}

/**
 * The class of an error. Every error is a failure, and nothing is sent again.
 *
 * A server may close an idle connection at any time (RFC 9112, section 9.5). Where that was known before a request was
 * written, Node's agent has dropped the connection, the request goes over a new one, and nothing has failed. So that it
 * is known, each request begins right after the event loop has read what came in, and idle connections are kept for a
 * second only. A request that was written and got no answer is a failure even if its connection had been idle before:
 * a customer would have seen it, and nobody can tell whether it was carried out. Such failures have classes of their
 * own, `kept alive`, because they have causes of their own: a close that crosses a request on its way, and HAProxy,
 * which closes such a connection without a word, and without a line in its log, when the server drops the request.
 */
export const classOf = (error: NodeJS.ErrnoException, { connected, reused, answered }: Progress): FailureClass => {
  if (error.code?.startsWith('HPE_')) return 'malformed'
  if (answered) return 'truncated'
  if (!connected) return beforeConnected[error.code ?? ''] ?? 'other'
  const lost = lostConnection(error)
  if (lost) return reused ? `${lost}, kept alive` : lost
  return error.code === 'ETIMEDOUT' ? 'timeout' : 'other'
}

/** The class of a status that was not expected: servers' own troubles each, those of clients together. */
export const classOfStatus = (status: number): FailureClass =>
  status >= 400 && status < 500 ? 'status 4xx' : `status ${status}`

/** Failed before anything was written, hence certainly without effect. */
export const neverSent = (failure: FailureClass): boolean =>
  failure === 'connect refused' || failure === 'connect timeout' || failure === 'unreachable'
