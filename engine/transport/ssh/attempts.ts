import type { AnyAuthMethod, ParsedKey } from 'ssh2'
import type { Target } from '../../core/ports.ts'
import { fault } from '../session/where.ts'
import { agentKeys, agentWith } from './agent.ts'
import { type KeyFile, publicKeyOf, unlock } from './key-file.ts'
import type { Route } from './route.ts'
import type { Ssh2 } from './ssh2.ts'

/** One way to log in: what ssh2 is to try, and its name for messages. */
export interface Attempt {
  readonly method: AnyAuthMethod
  readonly name: string
}

/** What the server would still accept; undefined before it was asked. */
export type Accepted = () => readonly string[] | undefined

export interface Credentials {
  readonly route: Route
  readonly target: Target
  readonly ssh2: Ssh2
  /** What the route's key files hold. */
  readonly files: readonly KeyFile[]
  /** Learns of what could not be tried, and why. */
  note(remark: string): void
  /** Waits for a person without counting the time. */
  patiently<Answer>(ask: () => Promise<Answer>): Promise<Answer>
}

/**
 * The ways to log in, best first: the agent, key files, the password. A password is sent at most once, since a
 * second wrong try could lock the account. Errors: `auth.key`.
 */
export async function* attempts(credentials: Credentials, accepted: Accepted): AsyncGenerator<Attempt, void> {
  const accepts = (method: string) => accepted()?.includes(method) ?? true
  const { route, target, files } = credentials
  const fromAgent = await agentAttempt(credentials)
  if (fromAgent && accepts('publickey')) yield fromAgent.attempt
  for (const file of files) {
    if (!accepts('publickey')) break
    const offered = publicKeyOf(file)
    if (offered && fromAgent?.keys.some((key) => key.getPublicSSH().equals(offered))) continue
    const attempt = await fileAttempt(credentials, file)
    if (attempt) yield attempt
  }
  if (!target.password) return
  if (!accepted()) yield { method: { type: 'none', username: route.user }, name: 'none' }
  if (!accepts('password') && !accepts('keyboard-interactive')) return
  yield passwordAttempt(await credentials.patiently(target.password), route.user, accepts)
}

const agentAttempt = async ({ route, ssh2, files, note }: Credentials) => {
  if (route.agent === undefined) return undefined
  const held = await agentKeys(route.agent, ssh2)
  if (!held) note(`the agent at ${route.agent} does not answer`)
  const chosen = files.map(publicKeyOf)
  const isChosen = (key: ParsedKey) => chosen.some((each) => each?.equals(key.getPublicSSH()))
  const keys = (held ?? []).filter((key) => !route.keysAreChosen || isChosen(key))
  if (keys.length === 0) return undefined
  const method = { type: 'agent', username: route.user, agent: agentWith(keys, route.agent, ssh2) } as const
  return {
    keys,
    attempt: { method, name: keys.length === 1 ? '1 key of the agent' : `${keys.length} keys of the agent` },
  }
}

const fileAttempt = async (credentials: Credentials, file: KeyFile): Promise<Attempt | undefined> => {
  const { route, target, ssh2, note, patiently } = credentials
  const cannot = (why: string, hint?: string): undefined => {
    if (target.keyFiles === undefined) {
      note(`${file.path}: ${why}`)
      return undefined
    }
    const extra = hint === undefined ? {} : { hint }
    throw fault(route.where, 'auth.key', `the key ${file.path} for ${route.where.login} cannot be used: ${why}`, extra)
  }
  const publickey = (key: ParsedKey): Attempt => ({
    method: { type: 'publickey', username: route.user, key },
    name: file.path,
  })
  if (file.type === 'private') return publickey(file.key)
  if (file.type === 'absent') return target.keyFiles === undefined ? undefined : cannot('there is no such file')
  if (file.type === 'public') return cannot('it is a public key, and the agent does not hold its private half')
  if (file.type === 'unusable') return cannot(file.why, file.hint)
  const { passphrase } = target
  if (!passphrase) return cannot('it needs a passphrase', `ssh-add ${file.path}`)
  const key = await patiently(() => unlock(file, passphrase, ssh2.utils.parseKey))
  return key instanceof Error ? cannot(`the passphrase does not open it (${key.message})`) : publickey(key)
}

const passwordAttempt = (password: string, username: string, accepts: (method: string) => boolean): Attempt => {
  if (accepts('password')) return { method: { type: 'password', username, password }, name: 'the password' }
  let asked = false
  return {
    name: 'the password, on request',
    method: {
      type: 'keyboard-interactive',
      username,
      // A further question, such as for a one-time code or after a wrong password, is not answered with the password.
      prompt: (_name, _instructions, _language, prompts, finish) => {
        const isPassword = !asked && prompts.length === 1 && prompts[0]?.echo === false
        asked = true
        finish(isPassword ? [password] : prompts.map(() => ''))
      },
    },
  }
}
