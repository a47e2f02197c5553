import { randomBytes } from 'node:crypto'
import type { FettleError } from '../../core/error.ts'
import { within } from './limit.ts'
import { describeEnding, type Ending, type ShellProcess } from './process.ts'
import { fault, tail, type Where } from './where.ts'

/** Says nothing and asks nothing: either sudo lets us in at once, or it ends. */
export const withoutPassword = ['sudo', '-n', 'sh'] as const

/** Any earlier log-in is forgotten, so that the prompt surely comes; both marks are unlike anything else that is said. */
export const withPassword = (script = 'exec sh') => {
  const prompt = randomBytes(16).toString('hex')
  const ready = randomBytes(16).toString('hex')
  const argv = ['sudo', '-k', '-S', '-p', prompt, '--', 'sh', '-c', `echo ${ready} >&2; ${script}`] as const
  return { prompt, ready, argv }
}

interface Conversation {
  readonly prompt: string
  readonly ready: string
  readonly password: string
  readonly where: Where
  /** Milliseconds. */
  readonly deadline: number
}

type Answer =
  | { readonly type: 'in' }
  | { readonly type: 'wrong' }
  | { readonly type: 'ended'; readonly ending: Ending; readonly said: string }

/** How long sudo may take to die, in milliseconds. */
const dying = 1000

/**
 * Types the password, once, after sudo has asked for it. A second prompt means that it was wrong. Sudo is killed
 * there: even an end of the input would count as one more failure, and enough of them lock the account.
 * Errors: `become.password`, `become.refused`, `connection.lost`, `timeout`.
 */
export const answerSudo = async (process: ShellProcess, conversation: Conversation): Promise<void> => {
  const { where, deadline } = conversation
  const came = await within({ timeout: deadline }, converse(process, conversation))
  if ('reached' in came) throw fault(where, 'timeout', `sudo on ${where.login} did not answer in ${deadline / 1000} s`)
  const answer = came.result
  if (answer.type === 'in') return
  if (answer.type === 'ended') throw explain(where, answer)
  process.kill()
  await within({ timeout: dying }, process.ended)
  throw wrong(where)
}

const explain = (where: Where, { ending, said }: Answer & { readonly type: 'ended' }): FettleError => {
  if (/incorrect password/.test(said)) return wrong(where)
  if (ending.type === 'exited') return refusal(where, said)
  return fault(where, 'connection.lost', `${where.login}: ${describeEnding(ending)} while sudo was asking`)
}

const wrong = (where: Where): FettleError =>
  fault(where, 'become.password', `sudo on ${where.login} refused the password`, {
    hint: 'it was tried once only, so that the account is not locked',
  })

const converse = (process: ShellProcess, { prompt, ready, password }: Conversation): Promise<Answer> =>
  new Promise((resolve) => {
    let said = ''
    let answered = false
    const done = (answer: Answer) => {
      process.stderr.off('data', read)
      resolve(answer)
    }
    const read = (chunk: Buffer) => {
      said += chunk.toString()
      const prompts = said.split(prompt).length - 1
      if (said.includes(ready)) done({ type: 'in' })
      else if (prompts > 1) done({ type: 'wrong' })
      else if (prompts === 1 && !answered) {
        answered = true
        process.stdin.write(`${password}\n`)
      }
    }
    process.stdin.on('error', () => undefined)
    process.stderr.on('data', read)
    // Unread output would keep the end from being seen.
    process.stdout.resume()
    process.ended.then((ending) => done({ type: 'ended', ending, said: said.replaceAll(prompt, '') }))
  })

export const refusal = (where: Where, said: string, hint?: string): FettleError => {
  const detail = tail(said)
  return fault(where, 'become.refused', `sudo on ${where.login} does not let us become root`, {
    ...(detail !== undefined && { detail }),
    ...(hint !== undefined && { hint }),
  })
}
