import { isSecret, Secret } from '../core/secret.ts'
import { awaited, type Reference, readReference, referenceForms, referenceOf } from '../core/secret-reference.ts'
import { fallbackOf } from '../core/secret-schema.ts'
import { saidAt } from './layer.ts'
import type { Path } from './locate.ts'
import { definition, inside, type Schema, unwrap } from './schema.ts'
import { settingName } from './setting-path.ts'
import type { Finding } from './validate.ts'
import { isMapping } from './value.ts'

/** A secret of a role's settings whose value is still to be had. */
export interface Awaited {
  readonly path: Path
  readonly secret: Secret
  readonly reference: Reference
}

export interface SecretSettings {
  /** The settings, with a secret wherever the schema wants one. */
  readonly value: unknown
  readonly awaited: readonly Awaited[]
  readonly findings: readonly Finding[]
}

/** Puts secrets where users wrote where they are to be had. */
export const withSecrets = (role: string, schema: Schema, settings: unknown): SecretSettings => {
  const places = holdsSecret(schema) ? search([schema], settings, []) : []
  const found: Awaited[] = []
  const findings: Finding[] = []
  let value = settings
  for (const { path, said } of places) {
    const secret = isSecret(said) ? said : secretAt(role, path, said)
    if (!secret) findings.push(plainText(role, path))
    const reference = secret && referenceOf(secret)
    if (reference) found.push({ path, secret, reference })
    value = replaced(value, path, secret ?? new Secret())
  }
  return { value, awaited: found, findings }
}

const secretAt = (role: string, path: Path, said: string): Secret | undefined => {
  const reference = readReference(said)
  if (reference?.from !== 'generate' || reference.name !== '') return reference && awaited(reference)
  return awaited({ ...reference, name: [role, ...path].join('.').replaceAll(/[^\w.-]/g, '-') })
}

const plainText = (role: string, path: Path): Finding => ({
  path,
  part: 'value',
  message: `${settingName([role, ...path])}: a secret is not written here, but where it is to be had`,
  hint: referenceForms,
})

/** What a setting says, for people: without what stands where a reference should, for it may be the secret itself. */
export const sayable = (schema: Schema, path: Path, value: unknown): unknown => {
  if (!holdsSecret(schema)) return value
  const schemas = path.reduce<readonly Schema[]>(inside, [schema])
  const plain = search(schemas, value, []).filter(({ said }) => !isSecret(said) && !readReference(said))
  return plain.reduce((shown, place) => replaced(shown, place.path, new Secret()), value)
}

const known = new WeakMap<Schema, boolean>()

/** Whether anything in a schema is secret. */
const holdsSecret = (schema: Schema): boolean => {
  const before = known.get(schema)
  if (before !== undefined) return before
  known.set(schema, false)
  const holds = unwrap(schema).some(
    (part) => fallbackOf(part) !== undefined || innerSchemas(part).some((inner) => holdsSecret(inner)),
  )
  known.set(schema, holds)
  return holds
}

const innerSchemas = (schema: Schema): readonly Schema[] => {
  const def = definition(schema)
  if (def.type === 'object') return [...Object.values(def.shape), ...(def.catchall ? [def.catchall] : [])]
  if (def.type === 'record') return [def.valueType]
  return def.type === 'array' ? [def.element] : []
}

interface Place {
  readonly path: Path
  readonly said: string | Secret
}

/** Where the schema wants a secret, and what is said there: by somebody, or else by the schema. */
const search = (schemas: readonly Schema[], value: unknown, path: Path): readonly Place[] => {
  const concrete = schemas.flatMap(unwrap)
  const [fallback] = concrete.map(fallbackOf).filter((each) => each !== undefined)
  if (fallback !== undefined && !isMapping(value) && !Array.isArray(value)) {
    const said = value ?? fallback
    return said === null || said === false ? [] : [{ path, said: isSecret(said) ? said : String(said) }]
  }
  if (Array.isArray(value))
    return value.flatMap((item, index) => search(inside(concrete, '0'), item, [...path, String(index)]))
  const mapping = value === undefined && schemas.some(isAssumed) ? {} : value
  if (!isMapping(mapping)) return []
  const keys = new Set([...Object.keys(mapping), ...concrete.flatMap(shapeKeys)])
  return [...keys].flatMap((key) => search(inside(concrete, key), mapping[key], [...path, key]))
}

/** What nobody says is read as an empty mapping. */
const isAssumed = (schema: Schema): boolean => definition(schema).type === 'prefault'

const shapeKeys = (schema: Schema): readonly string[] => {
  const def = definition(schema)
  return def.type === 'object' ? Object.keys(def.shape) : []
}

const replaced = (value: unknown, path: Path, by: Secret): unknown => {
  const [first, ...rest] = path
  if (first === undefined) return by
  if (Array.isArray(value)) return value.with(Number(first), replaced(saidAt(value, [first]), rest, by))
  return { ...(value as object), [first]: replaced(saidAt(value, [first]), rest, by) }
}
