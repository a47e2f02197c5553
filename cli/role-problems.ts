import { basename, dirname } from 'node:path'
import { FettleError, type Position, type Problem } from '../engine/core/error.ts'
import type { Role } from '../engine/core/role.ts'
import { fromHere } from './folders.ts'

const failed = (position: Position, message: string, hint: string, detail?: string): Problem => ({
  code: 'role.failed',
  message,
  position,
  hint,
  ...(detail && { detail }),
})

/** The role that a file of the site exports, or what is wrong with it. */
export const judgeRole = (file: string, value: unknown): Role | Problem => {
  const position = { file: fromHere(file) }
  const name = basename(dirname(file))
  if (!isRole(value)) {
    const hint = 'write export default defineRole({ name, summary, settings, resources })'
    return failed(position, 'this file does not export a role', hint)
  }
  if (value.name === name) return located(file, value)
  return failed(position, `this role calls itself "${value.name}"`, `a role has the name of its folder: "${name}"`)
}

const isRole = (value: unknown): value is Role => {
  const { name, settings, resources } = (value ?? {}) as Partial<Record<keyof Role, unknown>>
  const isSchema = typeof (settings as Partial<Role['settings']> | undefined)?.safeParse === 'function'
  return typeof name === 'string' && isSchema && typeof resources === 'function'
}

/** A role whose mistakes are told with their place in its file. */
const located = (file: string, role: Role): Role => ({
  ...role,
  resources: (context) => {
    try {
      return role.resources(context)
    } catch (error) {
      if (error instanceof FettleError && error.problems.some(({ position }) => position)) throw error
      throw new FettleError(thrown(file, role, error), error)
    }
  },
})

const thrown = (file: string, role: Role, error: unknown): Problem => {
  const place = placeOf(file, error)
  if (error instanceof FettleError) return { ...error.problems[0], position: place }
  const message = `role "${role.name}" threw while it described the host`
  return failed(place, message, 'a role only computes a list from its settings', wordsOf(error))
}

export const unloadable = (file: string, error: unknown): Problem =>
  failed(
    placeOf(file, error),
    'this role cannot be loaded',
    'it is TypeScript that imports from "fettle"',
    wordsOf(error),
  )

const wordsOf = (error: unknown): string =>
  String(error)
    .split('\n', 1)[0]
    ?.replace(/^Error: /, '')
    .trim() ?? ''

/**
 * A parser names the place below its message, columns counted from 0; what was thrown, in the first line of its stack that is in the folder.
 * Compiled code keeps its lines, not its columns.
 */
const placeOf = (file: string, error: unknown): Position => {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error))
  const [, row, column] = /^ParseError: .*\n.*:(\d+):(\d+)$/.exec(message) ?? []
  if (row) return { file: fromHere(file), line: Number(row), column: Number(column) + 1 }
  const folder = dirname(file)
  for (const each of stack.split('\n')) {
    const at = each.indexOf(`${folder}/`)
    const [, where, line] = (at >= 0 && /^(.*?):(\d+):\d+/.exec(each.slice(at))) || []
    if (where) return { file: fromHere(where), line: Number(line) }
  }
  return { file: fromHere(file) }
}
