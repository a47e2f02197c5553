import { isDeepStrictEqual } from 'node:util'
import { FettleError, type Position, type Problem, throwAll } from '../core/error.ts'
import type { Role } from '../core/role.ts'
import { didYouMean } from '../core/suggest.ts'
import { readAssignments } from './assignments.ts'
import { groupCandidates, hostCandidates, setCandidates } from './candidates.ts'
import { positionInLayer, saidAt } from './layer.ts'
import type { Path } from './locate.ts'
import { layersFor } from './membership.ts'
import type { Host, Layer } from './model.ts'
import { hostNamed } from './named.ts'
import { type Resolution, rolesOf } from './resolve.ts'
import { knownKeys } from './schema.ts'
import { sayable, withSecrets } from './secret-settings.ts'
import { readSettingPath, settingName } from './setting-path.ts'
import { mergeSettings } from './settings.ts'
import { isMapping } from './value.ts'

export interface Explained {
  readonly value: unknown
  /** For people: `site.yml group lb`, `host_vars/lb1.yml`, `--set`, `default of role haproxy`. */
  readonly where: string
  /** Absent for defaults. */
  readonly position?: Position
  /** `merged`: one of several mappings that make up the value. */
  readonly verdict: 'wins' | 'merged' | 'overridden' | 'conflicts'
}

/** Where a value comes from. */
export interface Explanation {
  readonly host: string
  readonly setting: string
  readonly value: unknown
  /** Strongest first. */
  readonly candidates: readonly Explained[]
}

export interface Question extends Resolution {
  readonly host: string
  /** `haproxy.balance`, `nginx.sites."shop.example".root`, or a variable: `ansible_port`. */
  readonly setting: string
}

/**
 * Where one host has a setting or a variable from. It answers for a description that is still wrong elsewhere.
 * Errors: `limit.unknown` for the host, `usage` for the setting.
 */
export const explain = (question: Question): Explanation => {
  const { inventory, setting } = question
  const host = hostNamed(inventory, question.host)
  const [first = '', ...path] = readSettingPath(setting) ?? [setting]
  const given = rolesOf(question.site, host.membership, question.roles).find(({ role }) => role.name === first)
  if (given) return explainSetting(question, host, given.role, path)
  if (Object.hasOwn(host.variables, first)) return explainVariable(question, host, [first, ...path])
  throw new FettleError(unknownName(question, host, first))
}

const unknownName = ({ site, roles, setting }: Question, host: Host, first: string): Problem => {
  const own = rolesOf(site, host.membership, roles).map(({ role }) => role.name)
  const isRole = roles.some((role) => role.name === first)
  const message = isRole
    ? `${host.name} does not have the role "${first}"`
    : `${host.name} has no role or variable "${first}"`
  const near = didYouMean(first, [...own, ...Object.keys(host.variables)])
  const hint = near ?? (own.length > 0 ? `its roles are ${own.join(', ')}` : `it has no roles`)
  return { code: 'usage', message: setting === first ? message : `${setting}: ${message}`, hint }
}

const explainSetting = (question: Question, host: Host, role: Role, path: Path): Explanation => {
  const { assignments, problems } = readAssignments(question.set, question.roles)
  throwAll(problems)
  const candidates = [
    ...groupCandidates(question.site, host.membership, role.name),
    ...hostCandidates(host, role.name),
    ...setCandidates(assignments, role.name),
  ]
  const merged = mergeSettings(candidates)
  const layers = candidates.map(({ layer }) => layer)
  const rivals = merged.conflicts.filter((conflict) => settingName(conflict.path) === settingName(path))
  const contested = new Set(rivals.flatMap(({ winner, other }) => [winner.layer, other.layer]))
  const said = judge(layers, path, saidAt(merged.value, path), contested).map((each) => ({
    ...each,
    value: sayable(role.settings, path, each.value),
  }))
  const fallback = outcome(role, without(merged.value, path), path)
  const value = outcome(role, merged.value, path) ?? sayable(role.settings, path, saidAt(merged.value, path))
  if (said.length === 0 && value === undefined) checkKnown(question, role, path)
  const verdict = said.some((each) => each.verdict !== 'overridden') ? 'overridden' : 'wins'
  const byDefault: readonly Explained[] =
    fallback === undefined ? [] : [{ value: fallback, where: `default of role ${role.name}`, verdict }]
  return { host: host.name, setting: question.setting, value, candidates: [...said, ...byDefault] }
}

const explainVariable = ({ setting }: Question, host: Host, path: Path): Explanation => {
  const layers = layersFor(host).filter((layer) => Object.hasOwn(layer.values, path[0] ?? ''))
  const value = saidAt(host.variables, path)
  // A variable is replaced as a whole: what an earlier layer says of it is gone, mapping or not.
  const candidates = judge(layers, path, value, new Set()).map((each, index) => ({
    ...each,
    verdict: index === 0 ? ('wins' as const) : ('overridden' as const),
  }))
  return { host: host.name, setting, value, candidates }
}

/** The layers that say something at a path, strongest first. */
const judge = (
  layers: readonly Layer[],
  path: Path,
  value: unknown,
  contested: ReadonlySet<Layer>,
): readonly Explained[] => {
  const said = layers.filter((layer) => saidAt(layer.values, path) !== undefined).reverse()
  const replacing = said.findIndex((layer) => !isMapping(saidAt(layer.values, path)))
  const mappings = replacing < 0 ? said.length : replacing
  return said.map((layer, index) => {
    const own = saidAt(layer.values, path)
    const effective = mappings === 0 ? index === 0 && isDeepStrictEqual(own, value) : index < mappings
    const verdict = contested.has(layer) ? 'conflicts' : !effective ? 'overridden' : mappings > 1 ? 'merged' : 'wins'
    return { value: own, where: layer.where, position: positionInLayer(layer, path), verdict }
  })
}

const outcome = (role: Role, settings: unknown, path: Path): unknown => {
  const result = role.settings.safeParse(withSecrets(role.name, role.settings, settings).value)
  return result.success ? saidAt(result.data, path) : undefined
}

const without = (value: unknown, path: Path): unknown => {
  const [first, ...rest] = path
  if (first === undefined) return {}
  if (!isMapping(value) || !Object.hasOwn(value, first)) return value
  const { [first]: inner, ...others } = value
  return rest.length === 0 ? others : { ...others, [first]: without(inner, rest) }
}

const checkKnown = ({ setting }: Question, role: Role, path: Path): void => {
  const known = knownKeys(role.settings, path.slice(0, -1))
  const last = path.at(-1) ?? ''
  if (known.length === 0 || known.includes(last)) return
  const hint = didYouMean(last, known) ?? `known here: ${known.join(', ')}`
  throw new FettleError({ code: 'usage', message: `unknown setting ${setting}`, hint })
}
