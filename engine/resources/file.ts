import { effect, topic } from '../core/fact.ts'
import { compare, type Difference, inOrder, type Plan } from '../core/plan.ts'
import { type Attachments, declarer, type Resource, type Stamp } from '../core/resource.ts'
import { isSecret, type Text } from '../core/secret.ts'
import { isPublic, type PathAnswer, path } from '../facts/path.ts'
import { text } from '../facts/text.ts'
import { checkMode, checkPath } from './check.ts'
import { bytesOf, checkContent, checkKept, sumOf } from './content.ts'
import { guardOf } from './way-in.ts'

/** A regular file with exactly this content. */
interface Present {
  readonly state: 'present'
  /** Absolute. */
  readonly path: string
  readonly content: Text
  /** Default: root. */
  readonly owner?: string
  /** Default: root. */
  readonly group?: string
  /**
   * Octal digits. Default: 0644, for secret content 0600. Content that is secret, or that others may not read, is never
   * shown in a diff.
   */
  readonly mode?: string
  /** Only to begin with: what is there already stays as it is, whatever became of it. */
  readonly seed?: true
}

/** No file: neither regular nor a link. A directory at the path is left alone and reported as a difference that fails. */
interface Absent {
  readonly state: 'absent'
  readonly path: string
}

interface State {
  readonly found: PathAnswer
  /** Null where a diff would not help or must not be shown. */
  readonly text: string | null
}

const owned = (spec: Present) => ({
  owner: spec.owner ?? 'root',
  group: spec.group ?? 'root',
  mode: (spec.mode ?? (isSecret(spec.content) ? '0600' : '0644')).padStart(4, '0'),
})

export const fileResource: Resource<Present | Absent, State> = {
  kind: 'file',
  identity: (spec) => spec.path,

  observe: async (spec, read) => {
    const found = await read(path, spec.path)
    const differs = spec.state === 'present' && found.type === 'file' && found.sha256 !== sumOf(spec.content)
    const showable = differs && isPublic(found.mode) && isPublic(owned(spec).mode)
    return { found, text: showable ? await read(text, spec.path) : null }
  },

  plan: (spec, state) => (spec.state === 'present' ? planPresent(spec, state) : planAbsent(spec, state)),

  stamp: (spec, { found }) => {
    const isKept = spec.state === 'present' && isSecret(spec.content)
    return found.type === 'file' ? stampOf(found, found.sha256, isKept) : null
  },
  stampAfter: (spec) => (spec.state === 'present' ? stampOf(owned(spec), sumOf(spec.content)) : null),
  guards: ({ path }) => guardOf(path),
  restores: true,
  retire: (identity) => ({ state: 'absent', path: identity }),
}

interface Stamped {
  readonly owner: string
  readonly group: string
  readonly mode: string
  readonly changedAt?: number
}

const stampOf = ({ owner, group, mode, changedAt }: Stamped, sha: string, isKept = false): Stamp => ({
  version: `${sha} ${owner}:${group} ${mode}`,
  ...(changedAt !== undefined && { changedAt }),
  ...((isKept || !isPublic(mode)) && { private: true }),
})

const planPresent = (spec: Present, state: State): Plan => {
  const { found } = state
  if (spec.seed && found.type === 'file') return inOrder
  const wanted = owned(spec)
  const current = found.type === 'file' ? found : null
  const differences: Difference[] = [
    ...contentDifference(spec, state),
    ...(current ? compare({ owner: current.owner, group: current.group, mode: current.mode }, wanted) : []),
  ]
  if (differences.length === 0) return inOrder
  const after: PathAnswer = {
    type: 'file',
    size: bytesOf(spec.content),
    sha256: sumOf(spec.content),
    changedAt: Number.POSITIVE_INFINITY,
    ...wanted,
  }
  return {
    action: found.type === 'absent' ? 'create' : current ? 'change' : 'replace',
    differences,
    steps: [
      {
        does: 'place',
        title: `write ${spec.path}`,
        path: spec.path,
        content: spec.content,
        ...wanted,
        relies: found.type === 'absent' ? null : (current?.sha256 ?? found.type),
        effects: [
          effect(path, spec.path, after),
          effect(text, spec.path, isSecret(spec.content) ? null : spec.content),
        ],
        touches: [topic(path, spec.path), topic(text, spec.path)],
      },
    ],
  }
}

const contentDifference = (spec: Present, { found, text: before }: State): Difference[] => {
  const to = isSecret(spec.content) || !isPublic(owned(spec).mode) ? '(not shown: private)' : spec.content
  if (found.type === 'absent') return [{ what: 'content', from: null, to, text: true }]
  if (found.type !== 'file') return [{ what: 'type', from: found.type, to: 'file' }]
  if (found.sha256 === sumOf(spec.content)) return []
  if (!isPublic(found.mode) || !isPublic(owned(spec).mode))
    return [{ what: 'content', from: '(private)', to: '(private, other)' }]
  if (before === null)
    return [{ what: 'content', from: found.sha256.slice(0, 12) || 'as packaged', to: sumOf(spec.content).slice(0, 12) }]
  return [{ what: 'content', from: before, to, text: true }]
}

const planAbsent = (spec: Absent, { found }: State): Plan => {
  if (found.type === 'absent') return inOrder
  return {
    action: 'remove',
    differences: [{ what: found.type, from: spec.path, to: null }],
    steps: [
      {
        does: 'unplace',
        title: `remove ${spec.path}`,
        path: spec.path,
        relies: found.type === 'file' ? found.sha256 : found.type,
        restore: false,
        effects: [effect(path, spec.path, { type: 'absent' })],
        touches: [topic(path, spec.path), topic(text, spec.path)],
      },
    ],
  }
}

const declare = declarer(fileResource)

const present = (spec: Omit<Present, 'state'> & Attachments) => {
  checkPath(spec.path)
  checkMode(spec.mode)
  checkContent(spec.path, spec.content)
  checkKept(spec.path, spec.content, owned({ state: 'present', ...spec }).mode)
  return declare({ state: 'present', ...spec })
}

export const file = {
  /** A regular file with exactly this content, placed atomically. */
  present: (spec: Omit<Present, 'state' | 'seed'> & Attachments) => present(spec),
  /** A regular file that has this content to begin with. What others make of it stays. */
  seeded: (spec: Omit<Present, 'state' | 'seed'> & Attachments) => present({ ...spec, seed: true }),
  /** No file or link at this path. */
  absent: (spec: Omit<Absent, 'state'> & Attachments) => {
    checkPath(spec.path)
    return declare({ state: 'absent', ...spec })
  },
}
