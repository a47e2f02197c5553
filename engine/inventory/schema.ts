import type { z } from 'zod'
import type { Path } from './locate.ts'
import { isMapping } from './value.ts'

/*
 * What can be known about a schema without running it. zod's own "unrecognized_keys" names no candidates, and says
 * nothing at all for a plain z.object, which drops what it does not know: a misspelt setting must never vanish.
 */

export type Schema = z.core.$ZodType
type Definition = z.core.$ZodTypes['_zod']['def']

export const definition = (schema: Schema): Definition => schema._zod.def as Definition

/** The schemas that a value really meets, behind defaults, unions, pipes and the like. */
export const unwrap = (schema: Schema): readonly Schema[] => {
  const def = definition(schema)
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'readonly':
    case 'catch':
    case 'nonoptional':
      return unwrap(def.innerType)
    case 'lazy':
      return unwrap(def.getter())
    case 'pipe':
      return unwrap(definition(def.in).type === 'transform' ? def.out : def.in)
    case 'union':
      return def.options.flatMap(unwrap)
    case 'intersection':
      return [...unwrap(def.left), ...unwrap(def.right)]
    default:
      return [schema]
  }
}

export const inside = (schemas: readonly Schema[], segment: string): readonly Schema[] =>
  schemas.flatMap(unwrap).flatMap((schema): readonly Schema[] => {
    const def = definition(schema)
    if (def.type === 'object') return [def.shape[segment] ?? def.catchall].filter((part) => part !== undefined)
    if (def.type === 'record') return [def.valueType]
    return def.type === 'array' ? [def.element] : []
  })

/** Settings known at a path; empty where any key is good. */
export const knownKeys = (schema: Schema, path: Path): readonly string[] => {
  const schemas = path.reduce<readonly Schema[]>(inside, [schema]).flatMap(unwrap)
  return schemas.flatMap((part) => {
    const def = definition(part)
    return def.type === 'object' ? Object.keys(def.shape) : []
  })
}

/** Paths of a value that the schema has no place for. */
export const unknownPaths = (schema: Schema, value: unknown): readonly Path[] => search([schema], value, [])

const search = (schemas: readonly Schema[], value: unknown, path: Path): readonly Path[] => {
  if (Array.isArray(value))
    return value.flatMap((item, index) => search(inside(schemas, '0'), item, [...path, String(index)]))
  if (!isMapping(value)) return []
  const concrete = schemas.flatMap(unwrap)
  const closed = concrete.length > 0 && concrete.every(isClosed)
  return Object.entries(value).flatMap(([key, part]): readonly Path[] => {
    const known = concrete.some((schema) => hasKey(schema, key))
    return closed && !known ? [[...path, key]] : search(inside(concrete, key), part, [...path, key])
  })
}

const scalars: readonly Definition['type'][] = [
  'string',
  'number',
  'boolean',
  'null',
  'literal',
  'enum',
  'array',
  'tuple',
]

const isClosed = (schema: Schema): boolean => {
  const def = definition(schema)
  if (def.type !== 'object') return scalars.includes(def.type)
  return def.catchall === undefined || definition(def.catchall).type === 'never'
}

const hasKey = (schema: Schema, key: string): boolean => {
  const def = definition(schema)
  return def.type === 'object' && Object.hasOwn(def.shape, key)
}
