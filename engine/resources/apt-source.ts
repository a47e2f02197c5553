import { topic } from '../core/fact.ts'
import { inOrder, type Plan } from '../core/plan.ts'
import { declarer, type Resource } from '../core/resource.ts'
import { type Step, script } from '../core/step.ts'
import { type PathAnswer, path } from '../facts/path.ts'
import { fetchSource, trialDirectory } from './apt-script.ts'
import { check, checkPath } from './check.ts'
import { makeDirectory } from './directory.ts'
import { fileResource } from './file.ts'
import { armored } from './keyring.ts'

/** A place that packages come from, in apt's deb822 form. There is no way to say one without a key. */
type Source = {
  /** Of the files: `/etc/apt/sources.list.d/NAME.sources`, `/etc/apt/keyrings/NAME.asc`. */
  readonly name: string
  readonly uris: readonly string[]
  readonly suites: readonly string[]
  /** Empty for a flat repository, whose suite ends in a slash. */
  readonly components: readonly string[]
  /** Default: the host's own. */
  readonly architectures?: readonly string[]
} & (
  | {
      /** The public key, armored or in base64. */
      readonly key: string
      readonly signedBy?: never
    }
  | {
      /** A keyring that is on the host: `/usr/share/keyrings/debian-archive-keyring.gpg`. */
      readonly signedBy: string
      readonly key?: never
    }
)

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

const sourceText = (spec: Present, signedBy: string): string =>
  [
    'Types: deb',
    `URIs: ${spec.uris.join(' ')}`,
    `Suites: ${spec.suites.join(' ')}`,
    ...(spec.components.length > 0 ? [`Components: ${spec.components.join(' ')}`] : []),
    ...(spec.architectures ? [`Architectures: ${spec.architectures.join(' ')}`] : []),
    `Signed-By: ${signedBy}`,
    '',
  ].join('\n')

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
    const differences = [...source.differences, ...keyring.differences]
    if (differences.length === 0) return inOrder
    const { action } = source.differences.length > 0 ? source : keyring
    const fetched = spec.state === 'present' ? [fetchLists(spec)] : []
    const steps =
      keyring.action === 'remove' ? [...source.steps, ...keyring.steps] : [...keyring.steps, ...source.steps]
    return { action, differences, steps: [...fetched, ...makeKeyrings(keyring, state.directory), ...steps] }
  },
  retire: (identity) => ({ state: 'absent', name: identity }),
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

const makeKeyrings = (keyring: Plan, directory: PathAnswer): Step[] =>
  keyring.steps.length === 0 || directory.type !== 'absent'
    ? []
    : [
        script(`make directory ${keyrings}`, makeDirectory, {
          args: [keyrings, 'root:root', '0755'],
          touches: [topic(path, keyrings)],
        }),
      ]

const declare = declarer(aptSourceResource)

const checkSource = (spec: Source): void => {
  const words = [...spec.uris, ...spec.suites, ...spec.components, ...(spec.architectures ?? [])]
  for (const word of words)
    check(/^[^\s\p{Cc}]+$/u.test(word), `apt source ${spec.name}: ${JSON.stringify(word)} is not one word`)
  check(spec.uris.length > 0 && spec.suites.length > 0, `apt source ${spec.name} needs at least one URI and one suite`)
  check(
    (spec.components.length === 0) === spec.suites.every((suite) => suite.endsWith('/')),
    `apt source ${spec.name} needs components, unless its suites end in a slash`,
  )
  check((spec.key === undefined) !== (spec.signedBy === undefined), `apt source ${spec.name} needs a key or a keyring`)
  if (spec.signedBy !== undefined) checkPath(spec.signedBy)
}

const checkSourceName = (name: string): void =>
  check(/^[\w][\w.-]*$/.test(name), `${JSON.stringify(name)} is not a name for an apt source`)

export const aptSource = {
  /** A source of packages whose lists are on the host. */
  present: (spec: Source) => {
    checkSourceName(spec.name)
    checkSource(spec)
    return declare({ state: 'present', ...spec })
  },
  /** No such source. What was installed from it stays. */
  absent: ({ name }: { readonly name: string }) => {
    checkSourceName(name)
    return declare({ state: 'absent', name })
  },
}
