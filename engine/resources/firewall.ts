import { effect, topic } from '../core/fact.ts'
import { compare, type Difference, inOrder, type Plan } from '../core/plan.ts'
import { declarer, type Resource, type Validator } from '../core/resource.ts'
import { type Guard, type Step, script } from '../core/step.ts'
import { type PathAnswer, path } from '../facts/path.ts'
import { text } from '../facts/text.ts'
import { type UfwAnswer, ufw } from '../facts/ufw.ts'
import { runningUnit, type UnitAnswer, units } from '../facts/units.ts'
import { check } from './check.ts'
import { fileResource } from './file.ts'
import { inForce, judge, meantAfter, restarts } from './ufw/in-force.ts'
import { bypasses, type Verdict } from './ufw/kernel.ts'
import { enableScript, reloadScript, startScript, undoScript, validateScript } from './ufw/load.ts'
import { isReleased, releasedFiles } from './ufw/released.ts'
import { arranged, type Enforced, enforcedFiles, ufwFiles, type WantedFile } from './ufw/wanted.ts'
import { distinct, strangerNotice } from './ufw/words.ts'

/** The firewall disabled, and without what is Fettle's. Rules that others made stay in its files. */
interface Released {
  readonly state: 'released'
}

interface State {
  readonly found: UfwAnswer
  readonly unit: UnitAnswer
  readonly paths: ReadonlyMap<string, PathAnswer>
  /** Of files that differ: what is there, or what the package brought. */
  readonly texts: ReadonlyMap<string, string>
}

/** Where the way in is gone, the kernel must follow the former files again. */
const guard: Guard = { undo: undoScript }
const startAnew = script('start the firewall anew', startScript, { foretold: true, guard })

const ufwUnit = 'ufw.service'
const absent: PathAnswer = { type: 'absent' }
const ours = { version: 'Fettle’s' }

const filesFor = (spec: Enforced | Released, found: UfwAnswer): readonly WantedFile[] => {
  if (spec.state === 'enforced') return enforcedFiles(spec, found)
  return isReleased(found) ? [] : releasedFiles(found)
}

export const firewallResource: Resource<Enforced | Released, State> = {
  kind: 'firewall',
  identity: () => 'ufw',
  observe: async (spec, read) => {
    const [found, unit, ...stats] = await Promise.all([
      read(ufw, null),
      read(units, ufwUnit),
      ...ufwFiles.map((name) => read(path, name)),
    ])
    const paths = new Map(ufwFiles.map((name, index) => [name, stats[index] ?? absent]))
    const files = found.installed ? filesFor(spec, found) : []
    const differing = files.filter((file) => file.content !== null || modeDifferences(file, paths).length > 0)
    const texts = await Promise.all(
      differing.map(async (file): Promise<[string, string]> => {
        const isThere = paths.get(file.path)?.type === 'file'
        const content = await read(text, isThere ? file.path : (file.packaged ?? file.path))
        check(!isThere || content !== null, `${file.path} is too large, or no text`, 'ufw would not load it either')
        return [file.path, content ?? '']
      }),
    )
    return { found, unit, paths, texts: new Map(texts) }
  },
  plan: (spec, state) => (spec.state === 'enforced' ? planEnforced(spec, state) : planReleased(state)),
  stamp: (_spec, { found }) => (isReleased(found) ? null : ours),
  stampAfter: (spec) => (spec.state === 'enforced' ? ours : null),
  restores: true,
  takeUp: [startAnew],
  retire: () => ({ state: 'released' }),
}

const planEnforced = (spec: Enforced, state: State): Plan => {
  const { found, unit, paths } = state
  const files = enforcedFiles(spec, found)
  const ofUnit = unitDifferences(unit)
  const inFiles = differencesOf(files, paths, judge(spec, found), ofUnit)
  const differences = [...inFiles, ...ofUnit]
  const notices = noticesOf(spec, found)
  if (differences.length === 0) return { ...inOrder, ...notices }
  const steps = [
    ...files.flatMap((file) => place(file, state)),
    ...(unit.enabled === 'enabled'
      ? []
      : [script(`enable ${ufwUnit}`, enableScript, { args: [ufwUnit], foretold: true })]),
    ...loadSteps(spec, state, files),
  ]
  return { action: 'change', differences, steps: foreseen(steps, state, inForce(spec, found, files)), ...notices }
}

/** It is there to load the rules at boot, and to have done so. */
const unitDifferences = ({ active, sub, enabled }: UnitAnswer): readonly Difference[] => [
  ...(enabled === 'enabled' ? [] : [{ what: 'at boot', from: enabled || null, to: 'enabled' }]),
  ...(active === 'active' ? [] : [{ what: ufwUnit, from: `${active} (${sub})`, to: 'active' }]),
]

const noticesOf = (spec: Enforced, found: UfwAnswer): Pick<Plan, 'notices'> => {
  const families = spec.ipv6 ? ([4, 6] as const) : ([4] as const)
  const strangers = families.flatMap((family) => arranged(spec, family, found).strangers)
  const bypassing = families.flatMap((family) => bypasses(found.kernel[family] ?? []))
  const notices = [
    ...(strangers.length > 0 ? [strangerNotice(strangers)] : []),
    ...(bypassing.length > 0 ? [`the kernel lets in what ufw is not asked about: ${bypassing.join(', ')}`] : []),
  ]
  return notices.length > 0 ? { notices } : {}
}

const planReleased = (state: State): Plan => {
  const { found } = state
  if (isReleased(found)) return inOrder
  const files = releasedFiles(found)
  const inFiles = distinct(files.flatMap(({ differences }) => differences))
  const left = { what: 'in force', from: 'Fettle’s rules', to: null }
  const down = script('take the firewall down', startScript, { foretold: true, guard })
  const steps = [...files.flatMap((file) => place(file, state)), down]
  const after = { ...found, files: meantAfter(found, files), kernel: { 4: [], 6: [] } }
  return {
    action: 'remove',
    differences: inFiles.length > 0 ? inFiles : [left],
    steps: foreseen(steps, { ...state, unit: runningUnit }, after),
  }
}

/** What shows in no rule or setting is told only where there is nothing else to tell. */
const differencesOf = (
  files: readonly WantedFile[],
  paths: State['paths'],
  verdict: Verdict,
  ofUnit: readonly Difference[],
): readonly Difference[] => {
  const told = distinct(files.flatMap((file) => [...file.differences, ...modeDifferences(file, paths)]))
  if (told.length > 0) return told
  const forms = files
    .filter(({ content }) => content !== null)
    .map(({ path }) => ({ what: path, from: 'in another form', to: 'as ufw writes it' }))
  if (forms.length > 0 || ofUnit.length > 0 || verdict === 'in force') return forms
  return [{ what: 'in force', from: verdict === 'other rules' ? verdict : null, to: 'these rules' }]
}

/** Modes alone may differ as well, but only of what is a file. */
const modeDifferences = ({ path, mode }: WantedFile, paths: State['paths']): readonly Difference[] => {
  const found = paths.get(path)
  if (found?.type !== 'file') return []
  const wanted = { owner: 'root', group: 'root', mode }
  return compare({ owner: found.owner, group: found.group, mode: found.mode }, wanted).map((difference) => ({
    ...difference,
    what: `${difference.what} of ${path}`,
  }))
}

const place = (file: WantedFile, { paths, texts }: State): readonly Step[] => {
  const found = paths.get(file.path) ?? absent
  const before = texts.get(file.path) ?? ''
  const spec =
    file.content === 'former'
      ? ({ state: 'absent', path: file.path } as const)
      : ({
          state: 'present',
          path: file.path,
          mode: file.mode,
          content: file.content ? file.content(before) : before,
        } as const)
  if (file.content === null && modeDifferences(file, paths).length === 0) return []
  return fileResource.plan(spec, { found, text: null }).steps
}

const loadSteps = (spec: Enforced, { found, unit }: State, files: readonly WantedFile[]): readonly Step[] => {
  const verdict = judge(spec, found)
  if (restarts(files) || verdict === 'not in force' || unit.active !== 'active') return [startAnew]
  if (verdict === 'in force') return []
  const args = [spec.ipv6 && found.kernel[6] !== null ? 'both' : '4']
  return [script('load the rules of the firewall', reloadScript, { args, foretold: true, guard })]
}

/** Each step leaves it open what ufw says then, until the last. */
const foreseen = (steps: readonly Step[], { unit }: State, after: UfwAnswer): readonly Step[] =>
  steps.map((step, index) => ({
    ...step,
    ...(step.touches !== 'everything' && { touches: [...step.touches, topic(ufw, null)] }),
    ...(index === steps.length - 1 && { effects: [...step.effects, effect(ufw, null, after), ...unitAfter(unit)] }),
  }))

const unitAfter = (unit: UnitAnswer) =>
  unitDifferences(unit).length > 0 ? [effect(units, ufwUnit, { ...runningUnit, sub: 'exited' })] : []

const validate: Validator = { name: 'ufw', script: validateScript }

const declare = declarer(firewallResource)

export const firewall = {
  /**
   * Everything that is not allowed is kept out. The package `ufw` must be described before. A change takes itself back
   * unless a new connection proves that the way in is still open.
   */
  enforced: (spec: Omit<Enforced, 'state'>) => {
    const { networks, ports } = spec.management
    check(networks.length > 0 && ports.length > 0, 'a firewall without a way in for the controller locks it out')
    return declare({ state: 'enforced', ...spec, validate, guard: {} })
  },
  /** Disabled, and without what is Fettle's. */
  released: () => declare({ state: 'released' }),
}
