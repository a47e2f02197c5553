import { FettleError } from '../core/error.ts'
import { effect, type Read } from '../core/fact.ts'
import { compare, type Difference, inOrder, type Plan } from '../core/plan.ts'
import type { Attachments, Resource } from '../core/resource.ts'
import type { Step } from '../core/step.ts'
import { didYouMean } from '../core/suggest.ts'
import { isPublic, type Ownership, type PathAnswer, path } from '../facts/path.ts'
import { text } from '../facts/text.ts'
import type { Item } from './plan/describe.ts'
import type { Observer } from './plan/observer.ts'
import { attachmentsOf } from './plan/ownership.ts'
import type { PlanRequest } from './plan/planning.ts'
import { type Generation, generations, keptAt } from './state/generations.ts'

/** What a host is to have once more. */
export interface Undo {
  /** Absolute. */
  readonly path: string
  /** Number of the generation. Default: the newest. */
  readonly to?: number
}

/**
 * Turns the plan of a whole host into one that gives back an earlier version of one file, and lets the same units
 * react, the same validator judge and the same guard watch as when Fettle writes it. Errors: `generation.unknown`.
 */
export const undoing =
  (undo: Undo) =>
  async (request: PlanRequest, observer: Observer): Promise<PlanRequest> => {
    const generation = choose(await observer.read(generations, null), undo)
    const described = [...request.items, ...(request.others ?? [])]
    const item = undoItem(generation, described, request)
    return {
      ...request,
      notices: [],
      items: [item],
      others: described.filter(({ declaration }) => declaration.key !== generation.key),
      ownership: { ...request.ownership, ...nothingLeaves(request) },
    }
  }

const choose = (all: readonly Generation[], undo: Undo): Generation => {
  const ofPath = all.filter((each) => each.path === undo.path)
  const chosen = undo.to === undefined ? ofPath[0] : ofPath.find(({ number }) => number === undo.to)
  if (chosen) return chosen
  if (ofPath.length > 0) {
    const numbers = ofPath.map(({ number }) => number).join(', ')
    throw unknown(`no generation ${undo.to} of ${undo.path} is kept`, `there are: ${numbers}`)
  }
  const paths = all.map((each) => each.path)
  throw unknown(
    `no earlier version of ${undo.path} is kept`,
    didYouMean(undo.path, paths) ?? 'fettle undo HOST lists all',
  )
}

const unknown = (message: string, hint: string) => new FettleError({ code: 'generation.unknown', message, hint })

/** Only the one file is looked at: nothing else of the description is. */
const nothingLeaves = ({ manifest }: PlanRequest) => ({
  assigned: new Set([...manifest.owned.values()].map(({ role }) => role)),
  computed: new Set<string>(),
  retired: new Set<string>(),
})

const undoItem = (generation: Generation, described: readonly Item[], { manifest, kinds }: PlanRequest): Item => {
  const { key, role, guarded } = generation
  const now = described.find(({ declaration }) => declaration.key === key)?.declaration.attachments
  const attachments: Attachments = now ?? attachmentsOf(key, generation, { manifest, described, kinds })
  return {
    role,
    isPassing: true,
    declaration: {
      key,
      resource: generationResource(kinds.get(key.slice(0, key.indexOf(':')))) as Resource<unknown, unknown>,
      spec: generation,
      attachments: { ...attachments, ...(guarded && !attachments.guard && { guard: {} }) },
    },
  }
}

/** What may be shown of a file as it is and as it was. */
export interface Texts {
  /** Null where nothing is there. */
  readonly now: string | null
  readonly before: string
}

interface State {
  readonly found: PathAnswer
  /** Null where a diff would not help or must not be shown. */
  readonly texts: Texts | null
  /** What the resource that placed it makes of what is there. */
  readonly inner: unknown
}

const identityOf = ({ key }: Generation): string => key.slice(key.indexOf(':') + 1)

/** A file as it was. Units see in it what they see in the resource that placed it. */
const generationResource = (placing: Resource<unknown, unknown> | undefined): Resource<Generation, State> => {
  const spec = (generation: Generation) => placing?.retire?.(identityOf(generation))
  return {
    kind: 'generation',
    identity: ({ path, number }) => `${path} ${number}`,
    observe: async (generation, read) => {
      const [found, inner] = await Promise.all([
        read(path, generation.path),
        placing?.retire && placing.observe(spec(generation), read),
      ])
      return { found, inner, texts: await readTexts(generation, found, read) }
    },
    plan: (generation, state) => plan(generation, state, placing?.takeUp ?? []),
    stamp: (generation, { inner }) => (placing?.retire && placing.stamp?.(spec(generation), inner)) ?? null,
  }
}

export const readTexts = async (generation: Generation, found: PathAnswer, read: Read): Promise<Texts | null> => {
  if (!isReadable(generation.kept) || !(isReadable(found) || found.type === 'absent')) return null
  const [now, before] = await Promise.all([
    found.type === 'absent' ? null : read(text, generation.path),
    read(text, keptAt(generation.path, generation)),
  ])
  return before === null || (now === null && found.type !== 'absent') ? null : { now, before }
}

const isReadable = (found: PathAnswer): boolean => found.type === 'file' && isPublic(found.mode)

const plan = (generation: Generation, { found, texts }: State, takeUp: readonly Step[]): Plan => {
  const { kept } = generation
  const owned = found.type === 'file' && kept.type === 'file' ? compare(ownerOf(found), ownerOf(kept)) : []
  const differences = [...contentDifference(generation, found, texts), ...owned]
  if (differences.length === 0 || kept.type === 'absent') return inOrder
  return {
    action: found.type === 'absent' ? 'create' : found.type === kept.type ? 'change' : 'replace',
    differences,
    steps: [giveBack(generation, found), ...takeUp],
  }
}

const ownerOf = ({ owner, group, mode }: Ownership) => ({ owner, group, mode })

const sumOf = (found: PathAnswer): string => (found.type === 'file' ? found.sha256 : found.type)

const contentDifference = ({ was, kept }: Generation, found: PathAnswer, texts: State['texts']): Difference[] => {
  if (kept.type === 'symlink') {
    const from = found.type === 'symlink' ? found.target : found.type === 'absent' ? null : found.type
    return from === kept.target ? [] : [{ what: 'target', from, to: kept.target }]
  }
  if (sumOf(found) === was) return []
  if (texts) return [{ what: 'content', from: texts.now, to: texts.before, text: true }]
  if (found.type === 'absent') return [{ what: 'content', from: null, to: 'as it was' }]
  return [{ what: 'content', from: 'as it is now', to: 'as it was' }]
}

const giveBack = (generation: Generation, found: PathAnswer): Step => {
  const { number, was, kept } = generation
  const after = kept.type === 'file' ? { ...kept, sha256: was, changedAt: Number.POSITIVE_INFINITY } : kept
  return {
    does: 'unplace',
    title: `give back ${generation.path} as it was`,
    path: generation.path,
    relies: found.type === 'absent' ? '-' : sumOf(found),
    restore: true,
    generation: { number, sum: was },
    effects: [effect(path, generation.path, after)],
    touches: 'everything',
  }
}
