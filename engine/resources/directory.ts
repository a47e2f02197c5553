import { enterFunction } from '../core/enter.ts'
import { effect, topic } from '../core/fact.ts'
import { compare, inOrder, type Plan } from '../core/plan.ts'
import { type Attachments, declarer, type Resource } from '../core/resource.ts'
import { type Step, script } from '../core/step.ts'
import { type PathAnswer, path } from '../facts/path.ts'
import { checkMode, checkPath } from './check.ts'

/** A directory. The one above it must be there. */
interface Present {
  readonly state: 'present'
  /** Absolute. */
  readonly path: string
  /** Default: root. */
  readonly owner?: string
  /** Default: root. */
  readonly group?: string
  /** Octal digits. Default: 0755. */
  readonly mode?: string
}

/** No directory. One that is not empty is not removed: the step fails, or leaves it be. */
interface Absent {
  readonly state: 'absent'
  readonly path: string
  readonly unlessFull?: true
}

const owned = (spec: Present) => ({
  owner: spec.owner ?? 'root',
  group: spec.group ?? 'root',
  mode: (spec.mode ?? '0755').padStart(4, '0'),
})

export const directoryResource: Resource<Present | Absent, PathAnswer> = {
  kind: 'directory',
  identity: (spec) => spec.path,
  observe: (spec, read) => read(path, spec.path),
  plan: (spec, found) => (spec.state === 'present' ? planPresent(spec, found) : planAbsent(spec, found)),
  stamp: (_spec, found) => (found.type === 'directory' ? { version: 'directory' } : null),
  retire: (identity) => ({ state: 'absent', path: identity, unlessFull: true }),
}

/**
 * Arguments: path, owner:group, mode. They are set on what was entered, whatever its name leads to by then.
 * Only with a fifth digit does chmod take a directory's set-group-ID bit away.
 */
export const makeDirectory = `${enterFunction}
parent=\${1%/*}
enter "\${parent:-/}" || exit
[ ! -h "./\${1##*/}" ] || { echo "$1 is a symbolic link, and stays one" >&2; exit 1; }
[ -d "./\${1##*/}" ] || mkdir -m 0700 -- "./\${1##*/}" || exit
enter "$1" && chown -- "$2" . && chmod -- "0$3" .`

const planPresent = (spec: Present, found: PathAnswer): Plan => {
  const wanted = owned(spec)
  const current = found.type === 'absent' ? {} : { type: found.type, ...pick(found) }
  const differences = compare(current, { type: 'directory', ...wanted })
  if (differences.length === 0) return inOrder
  const after: PathAnswer = { type: 'directory', ...wanted, changedAt: Number.POSITIVE_INFINITY }
  const options = {
    args: [spec.path, `${wanted.owner}:${wanted.group}`, wanted.mode],
    effects: [effect(path, spec.path, after)],
    touches: [topic(path, spec.path)],
  }
  const title = found.type === 'directory' ? `set owner and mode of ${spec.path}` : `make directory ${spec.path}`
  return {
    action: found.type === 'absent' ? 'create' : 'change',
    differences,
    steps: [script(title, makeDirectory, options)],
  }
}

/** The directory of root's that a file needs, where a release or a small system has none. */
export const folderFirst = (folder: string, found: PathAnswer): readonly Step[] =>
  found.type === 'absent' ? planPresent({ state: 'present', path: folder }, found).steps : []

const pick = ({ owner, group, mode }: { owner: string; group: string; mode: string }) => ({ owner, group, mode })

const remove = `${enterFunction}
parent=\${1%/*}
enter "\${parent:-/}" && rmdir -- "./\${1##*/}"`

const removeUnlessFull = `${enterFunction}
parent=\${1%/*}
enter "\${parent:-/}" && rmdir --ignore-fail-on-non-empty -- "./\${1##*/}"`

const planAbsent = (spec: Absent, found: PathAnswer): Plan => {
  if (found.type !== 'directory') return inOrder
  const unless = spec.unlessFull ? ' unless something is in it' : ''
  return {
    action: 'remove',
    differences: [{ what: `directory${unless}`, from: spec.path, to: null }],
    steps: [
      script(`remove directory ${spec.path}${unless}`, spec.unlessFull ? removeUnlessFull : remove, {
        args: [spec.path],
        effects: [effect(path, spec.path, { type: 'absent' })],
        touches: [topic(path, spec.path)],
      }),
    ],
  }
}

const declare = declarer(directoryResource)

export const directory = {
  /** A directory with this owner and mode; what is in it stays. */
  present: (spec: Omit<Present, 'state'> & Attachments) => {
    checkPath(spec.path)
    checkMode(spec.mode)
    return declare({ state: 'present', ...spec })
  },
  /** No directory at this path, if it is empty. */
  absent: (spec: Omit<Absent, 'state'> & Attachments) => {
    checkPath(spec.path)
    return declare({ state: 'absent', ...spec })
  },
}
