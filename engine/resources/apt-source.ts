import { type Difference, inOrder, type Plan } from '../core/plan.ts'
import { declarer, type Resource } from '../core/resource.ts'
import { type Step, script } from '../core/step.ts'
import { type PathAnswer, path } from '../facts/path.ts'
import { fetchSource, trialDirectory } from './apt-script.ts'
import { sumOf } from './content.ts'
import { checkSource, checkSourceName, type Source, sourceText } from './deb822.ts'
import { folderFirst } from './directory.ts'
import { fileResource } from './file.ts'
import { armored } from './keyring.ts'

type Present = Source & { readonly state: 'present' }

interface Absent {
  readonly state: 'absent'
  readonly name: string
}

type FileState = Parameters<typeof fileResource.plan>[1]

interface State {
  readonly source: FileState
  readonly keyring: FileState
  readonly directory: PathAnswer
}

const keyrings = '/etc/apt/keyrings'

const finalText = (spec: Present): string => sourceText(spec, spec.signedBy ?? keyringOf(spec))

const keyringOf = ({ name }: { readonly name: string }): string => `${keyrings}/${name}.asc`

const sourceFile = (spec: Present | Absent) => {
  const at = `/etc/apt/sources.list.d/${spec.name}.sources`
  return spec.state === 'present'
    ? ({ state: 'present', path: at, content: finalText(spec) } as const)
    : ({ state: 'absent', path: at } as const)
}

const keyringFile = (spec: Present | Absent) =>
  spec.state === 'present' && spec.key !== undefined
    ? ({ state: 'present', path: keyringOf(spec), content: armored(spec.name, spec.key) } as const)
    : ({ state: 'absent', path: keyringOf(spec) } as const)

export const aptSourceResource: Resource<Present | Absent, State> = {
  kind: 'apt-source',
  identity: (spec) => spec.name,
  observe: async (spec, read) => {
    const [source, keyring, directory] = await Promise.all([
      fileResource.observe(sourceFile(spec), read),
      fileResource.observe(keyringFile(spec), read),
      read(path, keyrings),
    ])
    return { source, keyring, directory }
  },
  plan: (spec, state) => {
    const source = fileResource.plan(sourceFile(spec), state.source)
    const keyring = fileResource.plan(keyringFile(spec), state.keyring)
    const differences = [...source.differences, ...keyDifference(spec, state.keyring, keyring)]
    if (differences.length === 0) return inOrder
    const { action } = source.differences.length > 0 ? source : keyring
    const fetched = spec.state === 'present' ? [fetchLists(spec)] : []
    const folder = keyring.action === 'create' ? folderFirst(keyrings, state.directory) : []
    const steps =
      keyring.action === 'remove' ? [...source.steps, ...keyring.steps] : [...keyring.steps, ...source.steps]
    return { action, differences, steps: [...fetched, ...folder, ...steps] }
  },
  retire: (identity) => ({ state: 'absent', name: identity }),
}

/** A key is told by its sum: its text tells nobody anything. */
const keyDifference = (spec: Present | Absent, { found }: FileState, plan: Plan): Difference[] => {
  if (plan.differences.length === 0) return []
  const file = keyringFile(spec)
  const to = file.state === 'present' ? sumOf(file.content).slice(0, 12) : null
  return [{ what: 'key', from: found.type === 'file' ? found.sha256.slice(0, 12) : null, to }]
}

/** The lists are fetched first: a crash in between leaves a source that is still to be placed, never one without lists. */
const fetchLists = (spec: Present): Step => {
  const trial = sourceText(spec, spec.signedBy ?? `${trialDirectory}/${spec.name}.asc`)
  const key = spec.key === undefined ? '' : armored(spec.name, spec.key)
  return script(`fetch the package lists of ${spec.name}`, fetchSource, {
    args: [spec.name, finalText(spec), trial, key],
    touches: [],
  })
}

const declare = declarer(aptSourceResource)

export const aptSource = {
  /** A source of packages whose lists are on the host. */
  present: (spec: Source) => {
    checkSourceName(spec.name)
    checkSource(spec)
    if (spec.key !== undefined) armored(spec.name, spec.key)
    return declare({ state: 'present', ...spec })
  },
  /** No such source. What was installed from it stays. */
  absent: ({ name }: { readonly name: string }) => {
    checkSourceName(name)
    return declare({ state: 'absent', name })
  },
}
