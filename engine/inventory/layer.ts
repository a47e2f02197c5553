import type { Position, Problem } from '../core/error.ts'
import { type Path, positionOf, problemAt } from './locate.ts'
import type { Layer } from './model.ts'
import { problemWith, type Trouble } from './trouble.ts'
import { isMapping } from './value.ts'

/** Where a layer says a value, or the nearest thing around it that has a place. */
export const positionInLayer = ({ origin }: Layer, path: Path): Position =>
  'name' in origin ? { file: origin.name } : positionOf(origin.source, [...origin.path, ...path], 'value')

export const problemInLayer = ({ origin }: Layer, path: Path, part: 'key' | 'value', trouble: Trouble): Problem =>
  'name' in origin
    ? problemWith(origin.name, trouble)
    : problemAt(origin.source, [...origin.path, ...path], part, trouble)

/** The value a layer says at a path; undefined where it says nothing. */
export const saidAt = (value: unknown, path: Path): unknown => {
  const [first, ...rest] = path
  if (first === undefined) return value
  if (Array.isArray(value)) return saidAt(value[Number(first)], rest)
  return isMapping(value) && Object.hasOwn(value, first) ? saidAt(value[first], rest) : undefined
}

/** The strongest layer that says something at a path. */
export const strongest = (layers: readonly Layer[], path: Path): Layer | undefined =>
  layers.findLast((layer) => saidAt(layer.values, path) !== undefined)
