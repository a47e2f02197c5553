import { describe, expect, test } from 'vitest'
import { parseLogLine, readLog } from '../../load/witness/log.ts'

const head = 'Nov 25 13:14:14 lb1 haproxy[1234]: 10.20.0.1:33317 [25/Nov/2026:13:14:14.655]'
const good = `${head} http web/web2 0/0/1/3/4 200 2750 - - ---- 3/3/1/0/0 0/0 "GET / HTTP/1.1"`
const entry = {
  frontend: 'http',
  backend: 'web',
  server: 'web2',
  status: 200,
  termination: '--',
  retries: 0,
  redispatched: false,
  request: 'GET / HTTP/1.1',
}

describe('a line of a log', () => {
  test.each([
    ['a request that went well', good, entry],
    [
      'a request over TLS, with a cookie and captured headers',
      `${head} https~ web/web1 0/0/1/3/4 200 +2750 a=b - --VN 3/3/1/0/0 0/0 {shop.example|curl} {} "GET /{a} HTTP/1.1"`,
      { ...entry, frontend: 'https', server: 'web1', request: 'GET /{a} HTTP/1.1' },
    ],
    [
      'a server that closed before it answered',
      `${head} http web/web1 0/0/0/-1/5 502 209 - - SH-- 2/2/0/0/0 0/0 "POST /orders HTTP/1.1"`,
      { ...entry, server: 'web1', status: 502, termination: 'SH', request: 'POST /orders HTTP/1.1' },
    ],
    [
      'an answer that was cut short',
      `${head} http web/web1 0/0/0/1/5000 200 1200 - - SD-- 2/2/0/0/0 0/0 "GET /catalogue.pdf?seconds=10 HTTP/1.1"`,
      { ...entry, server: 'web1', termination: 'SD', request: 'GET /catalogue.pdf?seconds=10 HTTP/1.1' },
    ],
    [
      'the same without the head that syslog writes',
      '127.0.0.1:60418 [25/Nov/2026:13:53:12.001] http web/web1 0/0/0/4/2316 200 842 - - SD-- 8/8/7/3/0 0/0 "GET / HTTP/1.1"',
      { ...entry, server: 'web1', termination: 'SD' },
    ],
    [
      'no server at all',
      `${head} http web/<NOSRV> 0/-1/-1/-1/0 503 217 - - SC-- 1/1/0/0/0 0/0 "GET / HTTP/1.1"`,
      { ...entry, server: '<NOSRV>', status: 503, termination: 'SC' },
    ],
    [
      'a client that went away before there was an answer',
      `${head} http web/web1 0/0/1/-1/8 -1 0 - - CH-- 1/1/0/0/0 0/0 "GET / HTTP/1.1"`,
      { ...entry, server: 'web1', status: -1, termination: 'CH' },
    ],
    [
      'a request that another server answered in the end',
      `${head} http web/web3 0/1000/1/3/1004 200 2750 - - ---- 3/3/1/0/+1 0/0 "GET / HTTP/1.1"`,
      { ...entry, server: 'web3', retries: 1, redispatched: true },
    ],
    [
      'what was no request',
      `${head} http http/<NOSRV> -1/-1/-1/-1/0 400 0 - - PR-- 1/1/0/0/0 0/0 "<BADREQ>"`,
      { ...entry, backend: 'http', server: '<NOSRV>', status: 400, termination: 'PR', request: '<BADREQ>' },
    ],
    [
      'a request whose line was too long for the log',
      `${head} http web/web2 0/0/1/3/4 200 2750 - - ---- 3/3/1/0/0 0/0 "GET /aaaaaaaa`,
      { ...entry, request: 'GET /aaaaaaaa' },
    ],
    [
      'a TCP session',
      `${head} db db/db1 0/0/5007 212 cD 0/0/0/0/3 0/0`,
      {
        ...entry,
        frontend: 'db',
        backend: 'db',
        server: 'db1',
        status: null,
        termination: 'cD',
        retries: 3,
        request: null,
      },
    ],
  ])('%s', (_, line, expected) => expect(parseLogLine(line)).toEqual(expected))

  test.each([
    'Nov 25 13:14:14 lb1 haproxy[1234]: Server web/web1 is DOWN, reason: Layer4 connection problem, check duration: 0ms.',
    'Nov 25 13:14:14 lb1 haproxy[1]: [NOTICE]   (1) : New worker (1236) forked',
    `${head} https/1: SSL handshake failure`,
    '',
  ])('tells nothing of a request: %s', (line) => expect(parseLogLine(line)).toBeNull())
})

test('a log bears witness of what did not go well', () => {
  const broken = good.replace('200 2750 - - ----', '502 209 - - SH--')
  const retried = good.replace('3/3/1/0/0', '3/3/1/0/2')
  const witness = readLog([good, broken, 'Proxy web started.', retried, good, ''].join('\n'))
  expect(witness).toMatchObject({
    entries: 4,
    broken: [{ termination: 'SH' }],
    serverErrors: [{ status: 502 }],
    retried: [{ retries: 2 }],
  })
})
