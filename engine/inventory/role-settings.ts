import type { Problem } from '../core/error.ts'
import type { Role } from '../core/role.ts'
import type { WantedSecret } from '../core/secret-reference.ts'
import { positionInLayer, problemInLayer, saidAt, strongest } from './layer.ts'
import type { Path } from './locate.ts'
import type { Layer } from './model.ts'
import { type Awaited, sayable, withSecrets } from './secret-settings.ts'
import { settingName } from './setting-path.ts'
import { type Candidate, type Conflict, mergeSettings, type Said } from './settings.ts'
import { placeText, settled, type Trouble } from './trouble.ts'
import { type Finding, validate } from './validate.ts'
import { isMapping } from './value.ts'

export interface RoleSettings {
  /** Validated, with defaults. Undefined where there are problems. */
  readonly value: unknown
  /** Those whose values are still to be had. */
  readonly secrets: readonly WantedSecret[]
  readonly problems: readonly Problem[]
  /** A problem with one of them, at the place where somebody says it. */
  problem(path: Path, trouble: Trouble): Problem
}

/** Merges and validates what all candidates, weakest first, say of one role. */
export const settingsOf = (role: Role, candidates: readonly Candidate[]): RoleSettings => {
  const layers = candidates.map(({ layer }) => layer)
  const problem: RoleSettings['problem'] = (path, trouble) => problemAtSetting(layers, path, 'value', trouble)
  const misshapen = layers.filter(({ values }) => !isMapping(values)).map((layer) => notMapping(role, layer))
  if (misshapen.length > 0) return { value: undefined, secrets: [], problems: misshapen, problem }
  const merged = mergeSettings(candidates)
  const kept = withSecrets(role.name, role.settings, merged.value)
  const { value, findings } = validate(role.name, role.settings, kept.value)
  const conflicts = merged.conflicts.map((conflict) => conflictProblem(role, conflict))
  const wrong = [
    ...kept.findings.map((each) => plainTextProblem(layers, each)),
    ...findings.map((each) => problemOf(layers, each)),
  ]
  const secrets = kept.awaited.map((each) => wanted(role, layers, each))
  return { value, secrets, problems: [...conflicts, ...wrong], problem }
}

const notMapping = (role: Role, layer: Layer): Problem =>
  problemInLayer(layer, [], 'value', {
    code: 'settings.invalid',
    message: `${role.name} is a role, so this must be a mapping with its settings`,
  })

const conflictProblem = (role: Role, { path, winner, other }: Conflict): Problem => {
  const shown = (value: unknown) => JSON.stringify(sayable(role.settings, path, value))
  const setting = settingName([role.name, ...path])
  const problem = problemInLayer(winner.layer, path, 'value', {
    code: 'settings.conflict',
    message: `groups "${other.group?.name}" and "${winner.group?.name}" disagree on ${setting}`,
    detail: [other, winner].map((said) => sentence(said, path, shown)).join('\n'),
    hint: 'say it for the host itself, or in a group that is within both',
  })
  return hiding(
    problem,
    [other.value, winner.value].filter((value) => sayable(role.settings, path, value) !== value),
  )
}

const sentence = ({ layer, value, group }: Said, path: Path, shown: (value: unknown) => string): string =>
  `"${group?.name}" says ${shown(value)} at ${placeText(positionInLayer(layer, path))}`

const problemOf = (layers: readonly Layer[], { path, part, message, hint }: Finding): Problem => {
  const trouble = { code: 'settings.invalid', message, hint } as const
  return problemAtSetting(layers, path, part, trouble)
}

const plainTextProblem = (layers: readonly Layer[], finding: Finding): Problem =>
  hiding(problemOf(layers, finding), [saidAt(strongest(layers, finding.path)?.values, finding.path)])

/** What stands where a reference should may be the secret itself. */
const hiding = ({ frame, position, ...problem }: Problem, values: readonly unknown[]): Problem => {
  const lines = values.flatMap((value) => String(value).split('\n'))
  const hidden = (text: string) =>
    lines.reduce((shown, line) => (line === '' ? shown : shown.replaceAll(line, '********')), text)
  return {
    ...problem,
    ...(position && { position: { ...position, file: hidden(position.file) } }),
    ...(frame && { frame: hidden(frame) }),
  }
}

const wanted = (role: Role, layers: readonly Layer[], { path, secret, reference }: Awaited): WantedSecret => ({
  secret,
  reference,
  setting: settingName([role.name, ...path]),
  problem: (trouble) => problemAtSetting(layers, path, 'value', trouble),
})

const problemAtSetting = (
  layers: readonly Layer[],
  whole: Path,
  wholePart: Finding['part'],
  trouble: Trouble,
): Problem => {
  // What nobody says is missing from the nearest mapping that somebody does say.
  for (let path = whole; ; path = path.slice(0, -1)) {
    const layer = strongest(layers, path)
    const part = path.length === whole.length ? wholePart : 'key'
    if (layer) return problemInLayer(layer, path, saidAt(layer.values, path) === undefined ? 'key' : part, trouble)
    if (path.length === 0) return settled({ ...trouble, hint: trouble.hint ?? 'no file says anything about this role' })
  }
}
