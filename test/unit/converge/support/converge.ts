import { z } from 'zod'
import { type ConvergeRequest, planOn } from '../../../../engine/converge/converge.ts'
import { lookAt } from '../../../../engine/converge/look.ts'
import type { Progress } from '../../../../engine/converge/perform/perform.ts'
import { FettleError, type Problem } from '../../../../engine/core/error.ts'
import type { Declaration } from '../../../../engine/core/resource.ts'
import { defineRole } from '../../../../engine/core/role.ts'
import { kinds } from '../../../../engine/resources/index.ts'
import { claimOf } from './lease.ts'
import { localTarget, type Machine } from './machine.ts'
import { quiet } from './quiet.ts'
import { hostView, siteView } from './site.ts'

type Described = readonly Declaration[] | Readonly<Record<string, readonly Declaration[]>>

/** A request for a machine with these things, by role where it has several. */
export const requestOn = (
  machine: Machine,
  described: Described,
  change: Partial<ConvergeRequest> = {},
): ConvergeRequest => ({
  host: hostView,
  site: siteView,
  roles: Object.entries(Array.isArray(described) ? { app: described } : described).map(([name, declarations]) => ({
    role: defineRole({ name, summary: name, settings: z.object({}), resources: () => declarations }),
    settings: {},
  })),
  retired: new Set(),
  kinds,
  render: () => '',
  look: () => lookAt(localTarget(hostView.name), machine.connect),
  ...change,
})

/** What a run came to: what was done, in order, and what went wrong. */
export interface Run {
  readonly done: readonly string[]
  readonly announced: readonly string[]
  readonly problem?: Problem
  /** Scripts that it took, from looking to looking again. */
  readonly scripts: number
}

interface Options extends Partial<ConvergeRequest> {
  readonly approved?: boolean
  /** What happens to the host between plan and deed. */
  readonly meanwhile?: () => void
}

/** Plans a machine and performs what was planned. */
export const converge = async (machine: Machine, described: Described, options: Options = {}): Promise<Run> => {
  const { approved = false, meanwhile = () => {}, ...change } = options
  const before = machine.scripts.length
  const host = await planOn(requestOn(machine, described, change))
  const { items, reactions } = host.planning
  const announced = [
    ...items.flatMap(({ plan }) => plan.steps.map(({ title }) => title)),
    ...reactions.map(({ unit, asks }) => `${asks} ${unit}`),
  ]
  meanwhile()
  const done: string[] = []
  const problem = await host
    .take(claimOf('ada'))
    .then(() => host.perform({ approved, progress: progressInto(done) }))
    .then(() => undefined)
    .catch(problemOf)
    .finally(() => host.close())
  return { done, announced, scripts: machine.scripts.length - before, ...(problem && { problem }) }
}

const problemOf = (error: unknown): Problem => {
  if (error instanceof FettleError) return error.problems[0]
  throw error
}

const progressInto = (done: string[]): Progress => ({
  ...quiet,
  done: ({ title }) => done.push(title),
  failed: ({ title }) => done.push(`failed: ${title}`),
})
