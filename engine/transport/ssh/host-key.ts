import type { FettleError } from '../../core/error.ts'
import type { Entry } from '../known-hosts/entry.ts'
import { knownName } from '../known-hosts/entry.ts'
import { readEntries, record } from '../known-hosts/files.ts'
import { fingerprint, judge, lineFor, typeOf } from '../known-hosts/judge.ts'
import { fault } from '../session/where.ts'
import type { Route } from './route.ts'

export type HostKeyPolicy = 'strict' | 'accept-new'

/** What is known of a host's keys, asked before the first byte is exchanged. */
export interface HostKeys {
  readonly entries: readonly Entry[]
  /** Null means that the key is right. Errors: `host.key.unknown`, `host.key.changed`, `host.key.revoked`. */
  check(key: Buffer): FettleError | null
  /** Records the key where it was accepted as a new one. */
  remember(): Promise<void>
}

export const hostKeysFor = async (route: Route, policy: HostKeyPolicy): Promise<HostKeys> => {
  const name = route.knownAs?.toLowerCase() ?? knownName(route.host, route.knownPort)
  const usual = knownName(route.host, 22)
  const entries = await readEntries(route.knownHosts, name)
  // Only a key that would be new is looked for under another name.
  const isRecorded = name === usual || entries.some(({ mark }) => mark === 'none')
  const atUsualPort = isRecorded ? [] : await readEntries(route.knownHosts, usual)
  let accepted: Buffer | undefined
  return {
    entries,
    check: (key) => {
      const verdict = judge(entries, key)
      if (verdict.type === 'known') return null
      if (verdict.type === 'revoked') return revoked(route, key, verdict.entry)
      if (verdict.type === 'changed') return changed(route, name, key, verdict.entry)
      if (policy === 'strict') {
        const moved = judge(atUsualPort, key).type === 'known' ? usual : undefined
        return unknown(route, name, key, { authorities: verdict.authorities, moved })
      }
      accepted = key
      return null
    },
    remember: async () => {
      const [file] = route.knownHosts
      if (accepted && file !== undefined) await record(file, lineFor(name, accepted))
      accepted = undefined
    },
  }
}

const shown = (key: Buffer): string => `${typeOf(key)} ${fingerprint(key)}`

const position = ({ file, line }: Entry) => ({ file, line })

const revoked = ({ where }: Route, key: Buffer, entry: Entry) =>
  fault(where, 'host.key.revoked', `${where.login} offers a host key that is revoked: ${shown(key)}`, {
    position: position(entry),
    hint: 'whoever holds this key may be an impostor; nothing was sent to it',
  })

const changed = ({ where }: Route, name: string, key: Buffer, entry: Entry) =>
  fault(where, 'host.key.changed', `the host key of ${where.login} has changed`, {
    position: position(entry),
    detail: `recorded: ${shown(Buffer.from(entry.key, 'base64'))}\noffered:  ${shown(key)}`,
    hint: `this may be an impostor; nothing was sent to it. If the host was made anew, forget the old key: ssh-keygen -R '${name}' -f '${entry.file}'`,
  })

interface Unknown {
  readonly authorities: readonly Entry[]
  /** The name under which the same key is known. */
  readonly moved: string | undefined
}

const unknown = ({ where, knownHosts }: Route, name: string, key: Buffer, { authorities, moved }: Unknown) => {
  const first = moved
    ? `the same key is recorded for ${moved}: if its sshd was moved to this port,`
    : "compare it with the host's own (ssh-keygen -l), then"
  const add = `${first} add to ${knownHosts[0] ?? 'known_hosts'}:\n${lineFor(name, key)}`
  const certificates =
    authorities.length > 0 ? '\nhost certificates are not supported: the @cert-authority line does not help here' : ''
  return fault(where, 'host.key.unknown', `the host key of ${where.login} is not known: ${shown(key)}`, {
    hint: `${add}\nor let the inventory say fettle_host_keys: accept-new${certificates}`,
  })
}
