import { setTimeout as pause } from 'node:timers/promises'
import { FettleError } from '../../core/error.ts'
import type { HealthCheck } from '../../core/rotation.ts'
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
  readonly health: HealthCheck
  /** The release that a good answer names, where it names one. */
  readonly release: string
}

/** Milliseconds between two questions. */
const pace = 200

const ask = `exec 3<>"/dev/tcp/$1/$2" || exit
printf 'GET %s HTTP/1.1\\r\\nHost: %s\\r\\nUser-Agent: fettle\\r\\nConnection: close\\r\\n\\r\\n' "$3" "$4" >&3
head -c 16384 <&3 | sed '/^\\r*$/q'`

/** Shell that asks once and prints the head of the answer; bash is on every Debian, curl is not. */
export const probeScript = ({ address, port, health }: Question): string =>
  `${command('timeout', '5', 'bash', '-c', ask, 'probe', address, String(port), health.path, health.host)} 2>&1 || :`

/** Null for a good answer, otherwise what is wrong with it. */
export const judgeAnswer = (head: string, { health, release }: Pick<Question, 'health' | 'release'>): string | null => {
  const [first = '', ...headers] = head.split(/\r?\n/)
  const status = /^HTTP\/\d\.\d (\d{3})/.exec(first)?.[1]
  if (status === undefined) return lastWords(head) || 'no answer'
  if (Number(status) !== health.status) return `the answer is ${first.slice(9).trim()}, not ${health.status}`
  if (health.release === null) return null
  const named = headers.find((line) => line.toLowerCase().startsWith(`${health.release?.toLowerCase()}:`))
  const said = named?.slice(named.indexOf(':') + 1).trim()
  if (said === release) return null
  return said === undefined ? `the answer has no header ${health.release}` : `the answer comes from release ${said}`
}

const lastWords = (text: string): string => text.trim().split('\n').at(-1)?.replace(/^.*: /, '') ?? ''

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
