import { effect, topic } from '../core/fact.ts'
import { sha256 } from '../core/hash.ts'
import { compare, type Difference, inOrder, type Plan } from '../core/plan.ts'
import { declarer, type Resource } from '../core/resource.ts'
import { type Step, script } from '../core/step.ts'
import { type AuthorizedKeysAnswer, authorizedKeys as keysFact } from '../facts/authorized-keys.ts'
import { type PathAnswer, path } from '../facts/path.ts'
import { text } from '../facts/text.ts'
import { checkName } from './check.ts'
import { makeDirectory } from './directory.ts'
import { checkKey, type KeyFile, nameOfKey, readKeyFile, writeKeyFile } from './key-file.ts'

/** Who may log in as a user. */
interface Present {
  readonly user: string
  /** Lines as in `id_ed25519.pub`; options may stand in front. */
  readonly keys: readonly string[]
  /**
   * Removes keys that others put there. Default: false, so that nobody is locked out by a list that forgot them.
   * What Fettle put there goes in either case when it leaves the list.
   */
  readonly exclusive?: boolean
}

export const authorizedKeysResource: Resource<Present, AuthorizedKeysAnswer | null> = {
  kind: 'authorized-keys',
  identity: (spec) => spec.user,
  observe: (spec, read) => read(keysFact, spec.user),
  plan: (spec, found) => (found ? planKeys(spec, found) : planNobody(spec)),
}

const planNobody = ({ user }: Present): Plan => ({
  action: 'change',
  differences: [{ what: 'user', from: null, to: user }],
  steps: [script(`find user ${user}`, 'echo "there is no user $1" >&2; exit 1', { args: [user], touches: [] })],
})

const planKeys = (spec: Present, found: AuthorizedKeysAnswer): Plan => {
  const before = readKeyFile(found.text ?? '')
  const content = writeKeyFile(before, spec.keys, spec.exclusive ?? false)
  if (content === '' && found.file.type === 'absent') return inOrder
  const keys = keyDifferences(before, readKeyFile(content))
  const directory = compare({ '.ssh': describe(found.directory) }, { '.ssh': `directory ${spec.user} 0700` })
  const file = compare({ file: describe(found.file) }, { file: `file ${spec.user} 0600` })
  if (keys.length + directory.length + file.length === 0) return inOrder
  return {
    action: found.file.type === 'absent' ? 'create' : 'change',
    differences: [...keys, ...directory, ...file],
    steps: [
      ...(directory.length > 0 ? [makeHome(spec, found)] : []),
      ...(keys.length + file.length > 0 ? [placeKeys(spec, found, content, keys)] : []),
    ],
  }
}

const describe = (found: PathAnswer): string | null =>
  found.type === 'absent' ? null : `${found.type} ${found.owner} ${found.mode}`

const keyDifferences = (before: KeyFile, after: KeyFile): Difference[] => {
  const [old, now] = [linesOf(before), linesOf(after)]
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => ({ what: 'key', from: nameOfKey(line), to: null })),
    ...now.filter((line) => !old.includes(line)).map((line) => ({ what: 'key', from: null, to: nameOfKey(line) })),
  ]
}

const linesOf = ({ theirs, ours }: KeyFile): string[] => [...theirs, ...ours].filter((line) => nameOfKey(line) !== null)

const makeHome = ({ user }: Present, found: AuthorizedKeysAnswer): Step =>
  script(`make directory ${found.home}/.ssh`, makeDirectory, {
    args: [`${found.home}/.ssh`, `${user}:${found.group}`, '0700'],
    effects: [effect(keysFact, user, { ...found, directory: directoryAfter(user, found) })],
    touches: [topic(keysFact, user), topic(path, `${found.home}/.ssh`)],
  })

const directoryAfter = (owner: string, { group }: AuthorizedKeysAnswer): PathAnswer => ({
  type: 'directory',
  owner,
  group,
  mode: '0700',
  changedAt: Number.POSITIVE_INFINITY,
})

const fileAfter = (owner: string, { group }: AuthorizedKeysAnswer, content: string): PathAnswer => ({
  type: 'file',
  size: Buffer.byteLength(content),
  sha256: sha256(content),
  owner,
  group,
  mode: '0600',
  changedAt: Number.POSITIVE_INFINITY,
})

/** Taking a key away may cut the way in. */
const placeKeys = (
  { user }: Present,
  found: AuthorizedKeysAnswer,
  content: string,
  keys: readonly Difference[],
): Step => {
  const place = `${found.home}/.ssh/authorized_keys`
  const after = { directory: directoryAfter(user, found), file: fileAfter(user, found, content), text: content }
  return {
    does: 'place',
    title: `write ${place}`,
    path: place,
    content,
    owner: user,
    group: found.group,
    mode: '0600',
    relies: reliesOn(found),
    effects: [effect(keysFact, user, { ...found, ...after })],
    touches: [topic(keysFact, user), topic(path, place), topic(text, place)],
    ...(keys.some((key) => key.to === null) && { guard: {} }),
  }
}

const reliesOn = ({ file, text }: AuthorizedKeysAnswer): string | null => {
  if (file.type === 'absent') return null
  return file.type === 'file' ? sha256(text ?? '') : file.type
}

const declare = declarer(authorizedKeysResource)

export const authorizedKeys = {
  /** These keys, in the user's own `~/.ssh`. */
  present: (spec: Present) => {
    checkName(spec.user)
    for (const key of spec.keys) checkKey(key)
    return declare(spec)
  },
}
