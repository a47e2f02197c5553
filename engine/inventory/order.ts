import type { Problem } from '../core/error.ts'
import type { Draft, DraftGroup } from './draft.ts'
import { join, link } from './draft.ts'
import { problemAt } from './locate.ts'

/** What holds for every inventory: all groups are under `all`, and only hosts of no other group are ungrouped. */
export const reconcile = (draft: Draft): void => {
  const all = draft.groups.get('all')
  const ungrouped = draft.groups.get('ungrouped')
  if (!all || !ungrouped) return
  for (const group of draft.groups.values()) if (group !== all && group.parents.length === 0) link(all, group)
  for (const host of draft.hosts.values()) {
    const grouped = [...host.groups].some((group) => group !== all && group !== ungrouped)
    if (!grouped) join(ungrouped, host)
    else if (host.groups.delete(ungrouped)) ungrouped.hosts.splice(ungrouped.hosts.indexOf(host), 1)
  }
}

/** Reports each cycle of groups once, at the entry that closes it. */
export const findCycles = (draft: Draft): readonly Problem[] => {
  const problems: Problem[] = []
  const visit = visitor(problems)
  for (const group of draft.groups.values()) visit(group, [])
  return problems
}

/** Gives every group its depth. There must be no cycle. */
export const measureDepths = (draft: Draft): void => {
  const depths = new Map<DraftGroup, number>()
  for (const group of draft.groups.values()) group.depth = depthOf(group, depths)
}

const depthOf = (group: DraftGroup, known: Map<DraftGroup, number>): number => {
  const depth = known.get(group) ?? Math.max(-1, ...group.parents.map((parent) => depthOf(parent, known))) + 1
  known.set(group, depth)
  return depth
}

const visitor = (problems: Problem[]) => {
  const done = new Set<DraftGroup>()
  const visit = (group: DraftGroup, above: readonly DraftGroup[]): void => {
    if (done.has(group)) return
    for (const child of group.children) {
      const way = [...above, group]
      const start = way.indexOf(child)
      if (start >= 0) problems.push(...cycle(group, way.slice(start)))
      else visit(child, way)
    }
    done.add(group)
  }
  return visit
}

const cycle = (parent: DraftGroup, way: readonly DraftGroup[]): readonly Problem[] => {
  const [first] = way
  const spot = first && parent.childSpots.get(first.name)
  if (!first || !spot) return []
  const names = [...way, first].map((group) => group.name).join(' > ')
  const message = `groups contain each other in a circle: ${names}`
  return [problemAt(spot.source, spot.path, 'key', { code: 'inventory.invalid', message })]
}
