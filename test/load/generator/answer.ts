import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { classOfStatus, type Failure } from './failure.ts'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** What a good answer is. */
export interface Expectation {
  readonly status: number
  /** Text that must be in the body. Default: none. */
  readonly contains?: string
  /** Whether the answer must say its own digest (RFC 9530), and be what it says. Default: false. */
  readonly digest?: boolean
}

const digestOf = (body: Buffer): string => `sha-256=:${createHash('sha256').update(body).digest('base64')}:`

/** What is wrong with an answer that came as a whole; null where nothing is. */
export const judge = (answer: Answer, expected: Expectation): Failure | null => {
  const { status, headers, body } = answer
  if (status !== expected.status) return { class: classOfStatus(status), detail: body.toString('utf8', 0, 200).trim() }
  if (expected.contains !== undefined && !body.includes(expected.contains))
    return { class: 'wrong content', detail: `${body.length} bytes without ${JSON.stringify(expected.contains)}` }
  if (expected.digest && headers['repr-digest'] !== digestOf(body))
    return { class: 'wrong content', detail: `${body.length} bytes with another digest than ${headers['repr-digest']}` }
  return null
}

/** Who has answered, as the answer says. */
export const answeredBy = (headers: IncomingHttpHeaders): { release: string; host: string } => ({
  release: String(headers['x-release'] ?? 'unknown'),
  host: String(headers['x-served-by'] ?? 'unknown'),
})
