import { repair } from '../core/apt-functions.ts'
import { effect, type Read } from '../core/fact.ts'
import { type Difference, inOrder, type Plan } from '../core/plan.ts'
import { type Attachments, declarer, type Resource } from '../core/resource.ts'
import { type Step, script } from '../core/step.ts'
import { dependants, noPackage, type PackageAnswer, packages, unfinishedPackages } from '../facts/packages.ts'
import { units } from '../facts/units.ts'
import { transaction } from './apt-script.ts'
import { check } from './check.ts'
import { matchesVersion } from './package-version.ts'
import { type Provides, provided } from './provides.ts'

/** A Debian package. */
interface Installed {
  readonly state: 'installed'
  /** A real package; `name:architecture` for a foreign one. */
  readonly name: string
  /** Exactly this version, or a pattern like `1.22.*`. Default: any; a package is not upgraded by being described. */
  readonly version?: string
  /** Also install what it recommends. Default: no; a host runs what its description names, and what that needs. */
  readonly recommends?: boolean
  /** What comes with it, for a truthful preview of the first run. */
  readonly provides?: Provides
}

/** Not installed. Its configuration files and data stay, as do packages that came along with it. */
interface Absent {
  readonly state: 'absent'
  readonly name: string
  /** Keep it while other packages need it, instead of removing those too. */
  readonly unlessNeeded?: true
}

interface State {
  readonly found: PackageAnswer
  /** What dpkg has to finish first; only asked where there is something to do. */
  readonly unfinished: readonly string[]
  /** What would go along. */
  readonly needing: readonly string[]
  /** Nothing is left of the package that its files come from. */
  readonly fresh: boolean
  /** Those of its units that somebody has forbidden: it comes, and they stay so. */
  readonly masked: readonly string[]
}

const isInstalled = ({ status }: PackageAnswer): boolean => status === 'installed'

/** Nothing is unpacked: configuration files do not count. */
const isGone = ({ status }: PackageAnswer): boolean => status === 'not-installed' || status === 'config-files'

export const aptResource: Resource<Installed | Absent, State> = {
  kind: 'apt',
  identity: (spec) => spec.name,

  observe: async (spec, read) => {
    const found = await read(packages, spec.name)
    const done = spec.state === 'installed' ? isMet(spec, found) : isGone(found)
    if (done) return { found, unfinished: [], needing: [], fresh: false, masked: [] }
    const [unfinished, needing, files, masked] = await Promise.all([
      read(unfinishedPackages, null),
      spec.state === 'absent' ? stillNeeding(spec.name, read) : [],
      spec.state === 'installed' && spec.provides?.pathsOf ? read(packages, spec.provides.pathsOf) : found,
      spec.state === 'installed' ? maskedOf(spec.provides?.units ?? [], read) : [],
    ])
    return { found, unfinished, needing, fresh: files.status === 'not-installed', masked }
  },

  plan: (spec, state) => (spec.state === 'installed' ? planInstalled(spec, state) : planAbsent(spec, state)),
  stamp: (_spec, { found }) => (isInstalled(found) ? { version: found.version, changedAt: found.changedAt } : null),
  retire: (identity) => ({ state: 'absent', name: identity, unlessNeeded: true }),
}

/** Those that an earlier step of the same run takes away need it no longer. */
const stillNeeding = async (name: string, read: Read): Promise<readonly string[]> => {
  const needing = await read(dependants, name)
  const gone = await Promise.all(needing.map(async (other) => isGone(await read(packages, other))))
  return needing.filter((_, index) => !gone[index])
}

const maskedOf = async (names: readonly string[], read: Read): Promise<readonly string[]> => {
  const found = await Promise.all(names.map((name) => read(units, name)))
  return names.filter((_, index) => found[index]?.load === 'masked')
}

const isMet = (spec: Installed, found: PackageAnswer): boolean =>
  isInstalled(found) && matchesVersion(found.version, spec.version)

const planInstalled = (spec: Installed, { found, unfinished, ...brings }: State): Plan => {
  if (isMet(spec, found)) return inOrder
  const { name, version, recommends } = spec
  const broken = !isInstalled(found) && !isGone(found)
  const after: PackageAnswer = {
    status: 'installed',
    version: version ?? found.version,
    held: found.held,
    changedAt: Number.POSITIVE_INFINITY,
  }
  const install = script(`install ${name}`, transaction(recommendation(recommends)), {
    args: [version === undefined ? name : `${name}=${version}`],
    merge: true,
    detached: true,
    foretold: true,
    effects: [effect(packages, name, after), ...(isGone(found) ? provided(spec.provides ?? {}, brings) : [])],
  })
  return {
    action: isGone(found) ? 'create' : 'change',
    differences: [
      ...repairDifference(unfinished),
      ...(broken ? [{ what: 'status', from: found.status, to: 'installed' }] : []),
      ...(broken && version === undefined
        ? []
        : [{ what: 'version', from: found.version || null, to: version ?? 'newest' }]),
    ],
    steps: [...repairFirst(unfinished), install],
  }
}

const recommendation = (recommends = false): string =>
  recommends ? ' --install-recommends' : ' --no-install-recommends'

const planAbsent = ({ name, unlessNeeded }: Absent, { found, unfinished, needing }: State): Plan => {
  if (isGone(found) || (unlessNeeded && needing.length > 0)) return inOrder
  const going = [name, ...needing]
  const remove = script(`remove ${going.join(' ')}`, transaction(recommendation()), {
    args: going.map((other) => `${other}-`),
    merge: true,
    detached: true,
    foretold: true,
    effects: going.map((other) => effect(packages, other, { ...noPackage, status: 'config-files' })),
  })
  return {
    action: 'remove',
    differences: [
      ...repairDifference(unfinished),
      { what: 'version', from: found.version, to: null },
      ...needing.map((other) => ({ what: `${other}, which needs it`, from: 'installed', to: null })),
    ],
    steps: [...repairFirst(unfinished), remove],
  }
}

const repairDifference = (unfinished: readonly string[]): Difference[] =>
  unfinished.length === 0 ? [] : [{ what: 'unfinished by dpkg', from: unfinished.join(', '), to: null }]

const repairFirst = (unfinished: readonly string[]): Step[] =>
  unfinished.length === 0
    ? []
    : [script('finish what dpkg began', repair, { effects: [effect(unfinishedPackages, null, [])], detached: true })]

const declare = declarer(aptResource)

const checkPackage = (name: string): void =>
  check(
    /^[a-z0-9][a-z0-9+.-]*[a-z0-9+.](:[a-z0-9]+)?$/.test(name),
    `${JSON.stringify(name)} is not the name of a package`,
  )

export const apt = {
  /** Installed. Neighbours become one transaction. */
  installed: (spec: Omit<Installed, 'state'> & Attachments) => {
    checkPackage(spec.name)
    check(/^[\w.+~:*-]+$/.test(spec.version ?? '1'), `${JSON.stringify(spec.version)} is not a version of ${spec.name}`)
    return declare({ state: 'installed', ...spec })
  },
  /** Not installed; what needs it goes too, and the plan says so. */
  absent: (spec: { readonly name: string } & Attachments) => {
    checkPackage(spec.name)
    return declare({ state: 'absent', ...spec })
  },
}
