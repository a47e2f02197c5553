/** By file: the files that it imports. */
export type Imports = ReadonlyMap<string, readonly string[]>

/** The way from a file back to itself through what it imports; null where there is none. */
const circleFrom = (start: string, imports: Imports): readonly string[] | null => {
  const seen = new Set<string>()
  const search = (file: string, way: readonly string[]): readonly string[] | null => {
    for (const next of imports.get(file) ?? []) {
      if (next === start) return [...way, next]
      if (seen.has(next)) continue
      seen.add(next)
      const found = search(next, [...way, next])
      if (found) return found
    }
    return null
  }
  return search(start, [start])
}

/** Every circle once. */
export const circleFaults = (imports: Imports): string[] => {
  const told = new Set<string>()
  return [...imports.keys()].flatMap((file) => {
    const circle = told.has(file) ? null : circleFrom(file, imports)
    for (const each of circle ?? []) told.add(each)
    return circle ? [`${circle.join(' imports ')}: a circle`] : []
  })
}
