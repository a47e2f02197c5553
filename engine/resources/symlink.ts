import { effect, topic } from '../core/fact.ts'
import { inOrder, type Plan } from '../core/plan.ts'
import { type Attachments, declarer, type Resource } from '../core/resource.ts'
import type { Step } from '../core/step.ts'
import { type PathAnswer, path } from '../facts/path.ts'
import { text } from '../facts/text.ts'
import { checkLine, checkPath } from './check.ts'
import { guardOf } from './way-in.ts'

/** A symbolic link, root's. */
interface Present {
  readonly state: 'present'
  /** Absolute. */
  readonly path: string
  /** Word for word; need not exist. */
  readonly target: string
}

/** No symbolic link; anything else at the path is left alone. */
interface Absent {
  readonly state: 'absent'
  readonly path: string
}

export const symlinkResource: Resource<Present | Absent, PathAnswer> = {
  kind: 'symlink',
  identity: (spec) => spec.path,
  observe: (spec, read) => read(path, spec.path),
  plan: (spec, found) => (spec.state === 'present' ? planPresent(spec, found) : planAbsent(spec, found)),
  stamp: (_spec, found) =>
    found.type === 'symlink' ? { version: `-> ${found.target}`, changedAt: found.changedAt } : null,
  stampAfter: (spec) => (spec.state === 'present' ? { version: `-> ${spec.target}` } : null),
  guards: ({ path }) => guardOf(path),
  restores: true,
  retire: (identity) => ({ state: 'absent', path: identity }),
}

const planPresent = (spec: Present, found: PathAnswer): Plan => {
  if (found.type === 'symlink' && found.target === spec.target) return inOrder
  const after: PathAnswer = {
    type: 'symlink',
    target: spec.target,
    owner: 'root',
    group: 'root',
    mode: '0777',
    changedAt: Number.POSITIVE_INFINITY,
  }
  const link: Step = {
    does: 'link',
    title: `link ${spec.path} to ${spec.target}`,
    path: spec.path,
    target: spec.target,
    relies: reliesOn(found),
    effects: [effect(path, spec.path, after)],
    touches: [topic(path, spec.path), topic(text, spec.path)],
  }
  if (found.type === 'absent' || found.type === 'symlink') {
    const from = found.type === 'symlink' ? found.target : null
    return {
      action: from === null ? 'create' : 'change',
      differences: [{ what: 'target', from, to: spec.target }],
      steps: [link],
    }
  }
  return { action: 'replace', differences: [{ what: 'type', from: found.type, to: 'symlink' }], steps: [link] }
}

const reliesOn = (found: PathAnswer): string | null => {
  if (found.type === 'absent') return null
  return found.type === 'file' ? found.sha256 : found.type
}

const unplace = (at: string, found: PathAnswer): Step => ({
  does: 'unplace',
  title: `remove ${at}`,
  path: at,
  relies: reliesOn(found) ?? '-',
  restore: false,
  effects: [effect(path, at, { type: 'absent' })],
  touches: [topic(path, at), topic(text, at)],
})

const planAbsent = (spec: Absent, found: PathAnswer): Plan => {
  if (found.type !== 'symlink') return inOrder
  return {
    action: 'remove',
    differences: [{ what: 'target', from: found.target, to: null }],
    steps: [unplace(spec.path, found)],
  }
}

const declare = declarer(symlinkResource)

export const symlink = {
  /** A symbolic link to this target. A file in its place is replaced; a directory is not. */
  present: (spec: Omit<Present, 'state'> & Attachments) => {
    checkPath(spec.path)
    checkLine('the target of a link', spec.target)
    return declare({ state: 'present', ...spec })
  },
  /** No symbolic link at this path. */
  absent: (spec: Omit<Absent, 'state'> & Attachments) => {
    checkPath(spec.path)
    return declare({ state: 'absent', ...spec })
  },
}
