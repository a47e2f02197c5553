import type { Described } from '../core/described.ts'
import { FettleError, type Problem, throwAll } from '../core/error.ts'
import { didYouMean } from '../core/suggest.ts'
import { readText } from './files.ts'
import { type Path, positionOf, problemAt } from './locate.ts'
import type { Layer } from './model.ts'
import { parseSource } from './parse-source.ts'
import type { Source } from './source.ts'
import { problemWith } from './trouble.ts'
import { isMapping } from './value.ts'

/** One role of a group, with the settings that site.yml gives it there. */
export interface SiteRole {
  readonly role: string
  readonly layer: Layer
}

export interface SiteGroup {
  readonly group: string
  /** In the order in which they are to be described. */
  readonly roles: readonly SiteRole[]
}

/** What each group of hosts is; the same for all environments. */
export interface Site {
  readonly file: string
  readonly name: string
  readonly groups: readonly SiteGroup[]
  /** The jobs by the clock. */
  readonly schedule: Described
  /** Whom to tell of them. */
  readonly notify: Described
  readonly source: Source
}

/**
 * Reads site.yml. Errors: `site.missing`, `site.syntax`, `site.invalid`, all problems at once. Whether its groups and
 * roles exist is known only together with an inventory and the roles, and its jobs are read by who runs them.
 */
export const loadSite = async (file: string): Promise<Site> => {
  const read = readText(file)
  if (!('text' in read)) throw new FettleError(unreadable(file, read.reason))
  const { source, problems } = parseSource('site', file, read.text)
  throwAll(problems)
  const found: Problem[] = []
  const site = readSite(source, found)
  throwAll(found)
  return site
}

const unreadable = (file: string, reason: string): Problem =>
  problemWith(file, {
    code: 'site.missing',
    message: `${file} cannot be read: ${reason}`,
    hint: 'site.yml says what each group of hosts is; run Fettle in its folder or below',
  })

const keys = ['name', 'groups', 'schedule', 'notify']

const readSite = (source: Source, problems: Problem[]): Site => {
  const report = reporter(source, problems)
  const value = isMapping(source.value) ? source.value : {}
  if (value !== source.value) report([], 'value', 'a site is a mapping with name and groups')
  for (const key of Object.keys(value).filter((key) => !keys.includes(key)))
    report(
      [key],
      'key',
      `unknown key "${key}"`,
      didYouMean(key, keys) ?? 'a site has a name, groups, and maybe a schedule and notify',
    )
  return {
    file: source.file,
    name: readName(value.name, report),
    groups: readGroups(source, value.groups, report),
    schedule: partOf(source, 'schedule', value.schedule),
    notify: partOf(source, 'notify', value.notify),
    source,
  }
}

const partOf = (source: Source, key: string, value: unknown): Described => ({
  value,
  problem: (path, part, trouble) => problemAt(source, [key, ...path], part, trouble),
})

const readName = (name: unknown, report: Report): string => {
  if (typeof name === 'string' && /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/.test(name)) return name
  if (name === undefined)
    report([], 'value', 'the site has no name', 'add "name: NAME"; hosts remember whose they are by it')
  else report(['name'], 'value', 'name must be a word of letters, digits, "-", "_" and "."')
  return ''
}

const readGroups = (source: Source, groups: unknown, report: Report): readonly SiteGroup[] => {
  if (isMapping(groups)) return Object.entries(groups).map(([group, roles]) => readGroup(source, group, roles, report))
  const hint = 'say which roles each group has: "groups: { web: { nginx: {} } }"'
  report(groups === undefined ? [] : ['groups'], 'value', 'groups must be a mapping from groups to their roles', hint)
  return []
}

const readGroup = (source: Source, group: string, roles: unknown, report: Report): SiteGroup => {
  const path = ['groups', group]
  if (roles === null) return { group, roles: [] }
  if (isMapping(roles))
    return { group, roles: Object.entries(roles).map(([role, body]) => readRole(source, group, role, body, report)) }
  report(
    path,
    'value',
    `group "${group}" must be a mapping from roles to their settings`,
    Array.isArray(roles) ? 'write "nginx:" instead of "- nginx"' : undefined,
  )
  return { group, roles: [] }
}

const readRole = (source: Source, group: string, role: string, body: unknown, report: Report): SiteRole => {
  const path = ['groups', group, role]
  if (body !== null && !isMapping(body)) report(path, 'value', `the settings of role "${role}" must be a mapping`)
  return {
    role,
    layer: { where: `site.yml group ${group}`, origin: { source, path }, values: isMapping(body) ? body : {} },
  }
}

type Report = (path: Path, part: 'key' | 'value', message: string, hint?: string) => void

const reporter =
  (source: Source, problems: Problem[]): Report =>
  (path, part, message, hint) =>
    void problems.push(problemAt(source, path, part, { code: 'site.invalid', message, hint }))

/** Where site.yml gives a role to a group. */
export const positionOfRole = (site: Site, group: string, role: string) =>
  positionOf(site.source, ['groups', group, role], 'key')
