import type { z } from 'zod'
import { isSecret } from '../core/secret.ts'
import { didYouMean } from '../core/suggest.ts'
import { saidAt } from './layer.ts'
import type { Path } from './locate.ts'
import { knownKeys, unknownPaths } from './schema.ts'
import { settingName } from './setting-path.ts'

type Schema = z.core.$ZodType
type Issue = z.core.$ZodIssue

/** Something wrong with the settings of one role. The path begins at the role's own top. */
export interface Finding {
  readonly path: Path
  readonly part: 'key' | 'value'
  readonly message: string
  readonly hint?: string | undefined
}

/** The settings with all defaults, and everything that is wrong with them. */
export const validate = (
  role: string,
  schema: z.ZodType,
  settings: unknown,
): { value: unknown; findings: readonly Finding[] } => {
  const result = schema.safeParse(settings)
  const judge: Judge = { role, schema, settings }
  const unknown = unknownPaths(schema, settings).map((path) => unknownSetting(judge, path))
  const invalid = result.success ? [] : result.error.issues.flatMap((issue) => judgeIssue(judge, issue, []))
  const findings = new Map(
    [...unknown, ...invalid].map((finding) => [JSON.stringify([finding.path, finding.message]), finding]),
  )
  return { value: result.success ? result.data : undefined, findings: [...findings.values()] }
}

interface Judge {
  readonly role: string
  readonly schema: Schema
  readonly settings: unknown
}

const judgeIssue = (judge: Judge, issue: Issue, above: Path): readonly Finding[] => {
  const path = [...above, ...issue.path.map(String)]
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownSetting(judge, [...path, key]))
    case 'invalid_union':
      return judgeUnion(judge, issue, path)
    case 'invalid_key':
      return issue.issues.map((inner) => finding(judge, path, 'key', plain(inner.message)))
    case 'invalid_value':
      return [wrongValue(judge, path, issue.values)]
    default:
      return [finding(judge, path, 'value', missing(judge, path) ?? plain(issue.message))]
  }
}

/** The one alternative that was probably meant, or all that were possible. */
const judgeUnion = (judge: Judge, issue: Extract<Issue, { code: 'invalid_union' }>, path: Path): readonly Finding[] => {
  const branches: readonly (readonly Issue[])[] = issue.errors
  const meant = branches.filter(
    (issues) => !issues.some((inner) => inner.path.length === 0 && inner.code === 'invalid_type'),
  )
  if (meant.length === 1) return (meant[0] ?? []).flatMap((inner) => judgeIssue(judge, inner, path))
  const expected = branches.flat().flatMap((inner) => (inner.code === 'invalid_type' ? [inner.expected] : []))
  const options =
    'options' in issue && issue.options ? issue.options.map((option) => JSON.stringify(option)) : [...new Set(expected)]
  const message =
    missing(judge, path) ?? (options.length > 0 ? `expected ${options.join(' or ')}` : plain(issue.message))
  return [finding(judge, path, 'value', message)]
}

const wrongValue = (judge: Judge, path: Path, values: readonly unknown[]): Finding => {
  const said = saidAt(judge.settings, path)
  const expected = values.map((value) => JSON.stringify(value)).join(', ')
  const message = missing(judge, path) ?? (values.length === 1 ? `expected ${expected}` : `expected one of ${expected}`)
  const hint =
    typeof said === 'string'
      ? didYouMean(
          said,
          values.filter((value) => typeof value === 'string'),
        )
      : undefined
  return finding(judge, path, 'value', message, hint)
}

const missing = (judge: Judge, path: Path): string | undefined =>
  saidAt(judge.settings, path) === undefined ? 'required, but nobody sets it' : undefined

const unknownSetting = (judge: Judge, path: Path): Finding => {
  const known = knownKeys(judge.schema, path.slice(0, -1))
  const hint =
    didYouMean(path.at(-1) ?? '', known) ?? (known.length > 0 ? `known here: ${known.join(', ')}` : undefined)
  return { path, part: 'key', message: `unknown setting ${settingName([judge.role, ...path])}`, hint }
}

const finding = (judge: Judge, path: Path, part: Finding['part'], what: string, hint?: string): Finding => {
  const isKept = isSecret(saidAt(judge.settings, path))
  const problem = isKept ? 'this is encrypted, and the role does not keep the setting secret' : what
  return { path, part, message: `${settingName([judge.role, ...path])}: ${problem}`, hint }
}

const plain = (message: string): string => {
  const words = message.replace(/^Invalid input: /, '').replace(/\.$/, '')
  return words.charAt(0).toLowerCase() + words.slice(1)
}
