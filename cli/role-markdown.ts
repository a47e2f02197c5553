import { z } from 'zod'
import type { Role } from '../engine/core/role.ts'

type Schema = z.core.JSONSchema.JSONSchema

/** A role's page of the manual, from its own schema. */
export const roleMarkdown = (role: Role): string => {
  const schema = z.toJSONSchema(role.settings, { io: 'input', unrepresentable: 'any' }) as Schema
  const rows = settingRows(schema, '')
  return [
    `## ${role.name}`,
    role.summary,
    ...(rows.length > 0 ? [['| setting | type | default | |', '|---|---|---|---|', ...rows].join('\n')] : []),
  ].join('\n\n')
}

const settingRows = (schema: Schema, prefix: string): string[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    if (typeof property === 'boolean') return []
    const path = `${prefix}${name}`
    const required = schema.required?.includes(name) ?? false
    const row = `| \`${path}\` | ${typeOf(property)} | ${defaultOf(property, required)} | ${property.description ?? ''} |`
    return [row, ...nestedRows(property, path)]
  })

const nestedRows = (property: Schema, path: string): string[] => {
  if (property.properties) return settingRows(property, `${path}.`)
  const each = property.additionalProperties
  if (each && typeof each === 'object' && each.properties) return settingRows(each, `${path}.NAME.`)
  const item = property.items
  if (item && typeof item === 'object' && !Array.isArray(item) && item.properties)
    return settingRows(item, `${path}[].`)
  return settingsAmong(property).flatMap((settings) => settingRows(settings, `${path}.`))
}

/** What may be settings or something else, none perhaps; not what has several forms of them, which its own description tells. */
const settingsAmong = ({ anyOf = [] }: Schema): readonly Schema[] => {
  const found = anyOf.filter((each) => typeof each === 'object' && each.properties !== undefined)
  return found.length === 1 ? (found as Schema[]) : []
}

const typeOf = (property: Schema): string => {
  if (property.format === 'secret') return 'secret'
  if (property.enum) return property.enum.map((value) => `\`${String(value)}\``).join(', ')
  if (property.anyOf)
    return [...new Set(property.anyOf.map((each) => (typeof each === 'object' ? typeOf(each) : '')))].join(' or ')
  if (property.type === 'array') {
    const item = property.items
    return item && typeof item === 'object' && !Array.isArray(item) ? `list of ${typeOf(item)}` : 'list'
  }
  if (property.type === 'object') return property.properties ? 'settings' : 'by name'
  return [property.type ?? 'anything'].flat().join(' or ')
}

const defaultOf = (property: Schema, required: boolean): string => {
  if (required) return 'required'
  if (property.default === undefined || property.properties) return ''
  return `\`${JSON.stringify(property.default)}\``
}
