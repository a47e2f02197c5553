/** One request or session, as HAProxy has logged it (`option httplog` or `option tcplog`). */
export interface LogEntry {
  readonly frontend: string
  readonly backend: string
  /** `<NOSRV>` where none was chosen. */
  readonly server: string
  /** Null for a TCP session; -1 where there was no answer. */
  readonly status: number | null
  /** Who ended it, and in which phase: `--` where all went well. */
  readonly termination: string
  /** Attempts to connect that were made again. */
  readonly retries: number
  /** Whether the last attempt went to another server. */
  readonly redispatched: boolean
  /** Method, path and version; null for a TCP session. */
  readonly request: string | null
}

const place = String.raw`\[\d{2}/\w{3}/\d{4}:[\d:.]+\] (?<frontend>\S+?)~? (?<backend>[^\s/]+)/(?<server>\S+)`
const counters = String.raw`\d+/\d+/\d+/\d+/(?<redispatched>\+?)(?<retries>\d+) \d+/\d+`
const times = String.raw`[-+\d/]+`

/** A request has a status, cookies and two more letters about cookies; a session has none of them. */
const http = new RegExp(
  String.raw`${place} ${times} (?<status>-?\d+) \+?\d+ \S+ \S+ (?<termination>[-A-Za-z]{2})[-A-Za-z]{2} ${counters} (?:\{.*\} )?"(?<request>.*?)"?$`,
)
const tcp = new RegExp(String.raw`${place} ${times} \+?\d+ (?<termination>[-A-Za-z]{2}) ${counters}$`)

/** What a line tells of a request; null where it tells something else: a start, a check, what TLS refused. */
export const parseLogLine = (line: string): LogEntry | null => {
  const groups = (http.exec(line.trimEnd()) ?? tcp.exec(line.trimEnd()))?.groups
  if (!groups) return null
  const { frontend = '', backend = '', server = '', status, termination = '', redispatched, retries, request } = groups
  return {
    frontend,
    backend,
    server,
    status: status === undefined ? null : Number(status),
    termination,
    retries: Number(retries),
    redispatched: redispatched === '+',
    request: request ?? null,
  }
}

/**
 * What a log bears witness of. What is not in it: a request that a server dropped, when it was not the first one of its
 * client's connection. HAProxy closes that connection without a word, so that the client may try again; only the
 * counter `eresp` of the server tells of it.
 */
export interface LogWitness {
  readonly entries: number
  /** Requests that did not end well. */
  readonly broken: readonly LogEntry[]
  /** Answers of 500 and more, whoever gave them. */
  readonly serverErrors: readonly LogEntry[]
  /** Requests for which HAProxy had to try more than once. */
  readonly retried: readonly LogEntry[]
}

/** Reads a log. Lines that are no requests are passed over. */
export const readLog = (text: string): LogWitness => {
  const entries = text.split('\n').flatMap((line) => parseLogLine(line) ?? [])
  return {
    entries: entries.length,
    broken: entries.filter(({ termination }) => termination !== '--'),
    serverErrors: entries.filter(({ status }) => (status ?? 0) >= 500),
    retried: entries.filter(({ retries, redispatched }) => retries > 0 || redispatched),
  }
}
