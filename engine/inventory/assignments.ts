import type { Problem } from '../core/error.ts'
import type { Role } from '../core/role.ts'
import { didYouMean } from '../core/suggest.ts'
import { type Assignment, readAssignment } from './assignment.ts'

export interface Assignments {
  readonly assignments: readonly Assignment[]
  readonly problems: Problem[]
}

/** Reads every `--set`; each must be for a role that exists. */
export const readAssignments = (set: readonly string[], roles: readonly Role[]): Assignments => {
  const assignments: Assignment[] = []
  const problems: Problem[] = []
  for (const text of set) {
    const read = readAssignment(text)
    if ('problem' in read) problems.push(read.problem)
    else if (roles.some((role) => role.name === read.assignment.role)) assignments.push(read.assignment)
    else problems.push({ code: 'role.unknown', message: `--set ${text}: ${noRole(read.assignment.role, roles)}` })
  }
  return { assignments, problems }
}

const noRole = (name: string, roles: readonly Role[]): string => {
  const hint = didYouMean(
    name,
    roles.map((role) => role.name),
  )
  return `there is no role "${name}"${hint ? `, ${hint}` : ''}`
}
