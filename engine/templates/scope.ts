import type { Syntax } from 'nunjucks/src/nodes.js'
import { rootName, testName } from './syntax.ts'

/** The names that are set at one place of a template, innermost first. */
export interface Scope {
  readonly names: Set<string>
  readonly outer: Scope | null
  /** Holds what a condition made certain; what is set inside belongs to the outer scope. */
  readonly assumed: boolean
}

export const inner = (outer: Scope | null, names: Iterable<string> = []): Scope => ({
  names: new Set(names),
  outer,
  assumed: false,
})

export const assuming = (outer: Scope, names: Iterable<string>): Scope => ({
  names: new Set(names),
  outer,
  assumed: true,
})

export const isSet = (scope: Scope | null, name: string): boolean =>
  scope !== null && (scope.names.has(name) || isSet(scope.outer, name))

export const define = (scope: Scope, name: string): void => {
  if (scope.assumed && scope.outer) define(scope.outer, name)
  else scope.names.add(name)
}

export const allNames = (scope: Scope | null): string[] => (scope ? [...scope.names, ...allNames(scope.outer)] : [])

/** The names that must be there once a condition has come out as `outcome`. */
export const certain = (cond: Syntax | null | undefined, outcome: boolean): string[] => {
  if (!cond) return []
  const both = () => [...certain(cond.left, outcome), ...certain(cond.right, outcome)]
  switch (cond.typename) {
    case 'Not':
      return certain(cond.target, !outcome)
    case 'And':
      return outcome ? both() : []
    case 'Or':
      return outcome ? [] : both()
    case 'Group':
      return cond.children?.length === 1 ? certain(cond.children[0], outcome) : []
    case 'Is': {
      const name = rootName(cond.left)
      return name && testName(cond) === (outcome ? 'defined' : 'undefined') ? [name] : []
    }
    default:
      return []
  }
}
