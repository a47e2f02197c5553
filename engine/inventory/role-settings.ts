import type { Problem } from '../core/error.ts'
import type { Role } from '../core/role.ts'
import { positionInLayer, problemInLayer, saidAt, strongest } from './layer.ts'
import type { Layer } from './model.ts'
import { settingName } from './setting-path.ts'
import { type Candidate, type Conflict, mergeSettings, type Said } from './settings.ts'
import { placeText } from './trouble.ts'
import { type Finding, validate } from './validate.ts'
import { isMapping } from './value.ts'

export interface RoleSettings {
  /** Validated, with defaults. Undefined where there are problems. */
  readonly value: unknown
  readonly problems: readonly Problem[]
}

/** Merges and validates what all candidates, weakest first, say of one role. */
export const settingsOf = (role: Role, candidates: readonly Candidate[]): RoleSettings => {
  const misshapen = candidates
    .filter(({ layer }) => !isMapping(layer.values))
    .map(({ layer }) => notMapping(role, layer))
  if (misshapen.length > 0) return { value: undefined, problems: misshapen }
  const merged = mergeSettings(candidates)
  const { value, findings } = validate(role.name, role.settings, merged.value)
  const layers = candidates.map(({ layer }) => layer)
  const conflicts = merged.conflicts.map((conflict) => conflictProblem(role, conflict))
  return { value, problems: [...conflicts, ...findings.map((finding) => findingProblem(layers, finding))] }
}

const notMapping = (role: Role, layer: Layer): Problem =>
  problemInLayer(layer, [], 'value', {
    code: 'settings.invalid',
    message: `${role.name} is a role, so this must be a mapping with its settings`,
  })

const conflictProblem = (role: Role, { path, winner, other }: Conflict): Problem => {
  const setting = settingName([role.name, ...path])
  return problemInLayer(winner.layer, path, 'value', {
    code: 'settings.conflict',
    message: `groups "${other.group?.name}" and "${winner.group?.name}" disagree on ${setting}`,
    detail: [other, winner].map((said) => sentence(said, path)).join('\n'),
    hint: 'say it for the host itself, or in a group that is within both',
  })
}

const sentence = ({ layer, value, group }: Said, path: Conflict['path']): string =>
  `"${group?.name}" says ${JSON.stringify(value)} at ${placeText(positionInLayer(layer, path))}`

const findingProblem = (layers: readonly Layer[], finding: Finding): Problem => {
  const { message, hint } = finding
  const trouble = { code: 'settings.invalid', message, hint } as const
  // What nobody says is missing from the nearest mapping that somebody does say.
  for (let { path } = finding; ; path = path.slice(0, -1)) {
    const layer = strongest(layers, path)
    const part = path.length === finding.path.length ? finding.part : 'key'
    if (layer) return problemInLayer(layer, path, saidAt(layer.values, path) === undefined ? 'key' : part, trouble)
    if (path.length === 0) return { ...trouble, hint: hint ?? 'no file says anything about this role' }
  }
}
