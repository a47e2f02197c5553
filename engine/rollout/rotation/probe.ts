import { setTimeout as pause } from 'node:timers/promises'
import { bracketed } from '../../core/addresses.ts'
import { authorityFile } from '../../core/certificate.ts'
import { FettleError } from '../../core/error.ts'
import type { HostView } from '../../core/host.ts'
import type { HealthCheck, Instance } from '../../core/rotation.ts'
import { command } from '../../core/shell.ts'

/** Somewhere to ask from. */
export interface Asker {
  readonly host: string
  ask(script: string): Promise<string>
}

/** What is asked, and what the answer must say. */
export interface Question {
  readonly address: string
  readonly port: number
  /** Over TLS, the name that its certificate must be for. Default: plain HTTP. */
  readonly tls?: string
  readonly health: HealthCheck
  /** The release that a good answer names, where it names one. */
  readonly release: string
}

/** Where an instance answers, and how its answers show that it is well. */
export const questionOf = (
  { name, address }: Pick<HostView, 'name' | 'address'>,
  { port, health, tls }: Pick<Instance, 'port' | 'health' | 'tls'>,
  release: string,
): Question => ({ address, port, health, release, ...(tls && { tls: name }) })

/** The same whatever release it runs. */
export const anyRelease = (question: Question): Question => ({
  ...question,
  health: { ...question.health, release: null },
})

/** Milliseconds between two questions. */
const pace = 200

const request = `printf 'GET %s HTTP/1.1\\r\\nHost: %s\\r\\nUser-Agent: fettle\\r\\nConnection: close\\r\\n\\r\\n' "$3" "$4"`

const askPlain = `exec 3<>"/dev/tcp/$1/$2" || exit
${request} >&3
head -c 16384 <&3 | sed '/^\\r*$/q'`

const askTls = `${request} |
  openssl s_client -quiet -verify_quiet -verify_return_error -CAfile ${authorityFile} -servername "$5" -verify_hostname "$5" -connect "$1:$2" 2>&1 |
  head -c 16384 | sed '/^Connecting to /d; /^depth=/d; /^\\r*$/q'`

/**
 * Shell that asks once and prints the head of the answer; bash is on every Debian, curl is not. Over TLS it needs openssl and
 * the certificate of the site's authority.
 */
export const probeScript = ({ address, port, tls, health }: Question): string => {
  const words = [String(port), health.path, health.host]
  const asking = tls
    ? command('timeout', '5', 'bash', '-c', askTls, 'probe', bracketed(address), ...words, tls)
    : command('timeout', '5', 'bash', '-c', askPlain, 'probe', address, ...words)
  return `${asking} 2>&1 || :`
}

/** Null for a good answer, otherwise what is wrong with it. */
export const judgeAnswer = (head: string, { health, release }: Pick<Question, 'health' | 'release'>): string | null => {
  // Before it there may be what openssl says of the connection.
  const [first = '', ...headers] = head.slice(Math.max(0, head.search(/^HTTP\//m))).split(/\r?\n/)
  const status = /^HTTP\/\d\.\d (\d{3})/.exec(first)?.[1]
  if (status === undefined) return lastWords(head) || 'no answer'
  if (Number(status) !== health.status) return `the answer is ${first.slice(9).trim()}, not ${health.status}`
  if (health.release === null) return null
  const named = headers.find((line) => line.toLowerCase().startsWith(`${health.release?.toLowerCase()}:`))
  const said = named?.slice(named.indexOf(':') + 1).trim()
  if (said === release) return null
  return said === undefined ? `the answer has no header ${health.release}` : `the answer comes from release ${said}`
}

const lastWords = (text: string): string =>
  opensslWords(text) ?? text.trim().split('\n').at(-1)?.replace(/^.*: /, '') ?? ''

/** What is wrong with a certificate comes before all that follows from it. */
const opensslWords = (text: string): string | undefined =>
  /^verify error:num=\d+:(.*)/m.exec(text)?.[1] ?? /^[^:]+:error:[^:]+:[^:]*:[^:]*:([^:]+):/m.exec(text)?.[1]

/**
 * Asks from everywhere until each has had enough good answers in a row. Errors: `instance.unhealthy` with the last bad
 * answer, once the time that a start may take is over.
 */
export const probeUntilHealthy = async (askers: readonly Asker[], question: Question): Promise<void> => {
  const end = performance.now() + question.health.within * 1000
  await Promise.all(askers.map((asker) => probeFrom(asker, question, end)))
}

const probeFrom = async (asker: Asker, question: Question, end: number): Promise<void> => {
  for (let [good, fault] = [0, 'no answer' as string | null]; ; ) {
    fault = judgeAnswer(await asker.ask(probeScript(question)), question)
    good = fault === null ? good + 1 : 0
    if (good >= question.health.passes) return
    if (fault !== null && performance.now() >= end) throw unhealthy(asker, question, fault)
    await pause(good > 0 ? pace / 4 : pace)
  }
}

const unhealthy = ({ host }: Asker, { address, port, health }: Question, fault: string): FettleError =>
  new FettleError({
    code: 'instance.unhealthy',
    message: `no ${health.passes} good answers in ${health.within} s from ${address}:${port}${health.path}, asked from ${host}`,
    detail: `the last one: ${fault}`,
    hint: 'health.path, health.status and health.within of the app say what a good answer is, and how long a start may take',
  })
