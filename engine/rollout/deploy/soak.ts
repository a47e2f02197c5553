import { setTimeout as pause } from 'node:timers/promises'
import { FettleError } from '../../core/error.ts'
import type { InstanceState } from './app-state.ts'
import { withLastWords } from './last-words.ts'
import { type AppHost, type DeploySite, lookAtApp, type Wanted } from './site.ts'

/** Milliseconds between two looks. */
const pace = 500

/**
 * Watches hosts that have had their turns, as they were after these. Errors: `instance.unhealthy` where an instance has
 * ended or was started again since, or a balancer finds it ill.
 */
export const stayHealthy = async (site: DeploySite, wanted: Wanted, seconds: number): Promise<void> => {
  const watched = site.hosts.filter((host) => wanted(host) !== null)
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    await pause(Math.min(pace, Math.max(0, end - performance.now())))
    await Promise.all(watched.map((host) => checkHost(site, host)))
  }
}

const checkHost = async (site: DeploySite, before: AppHost): Promise<void> => {
  const { name, state } = await lookAtApp(before)
  const views = await site.rotation.look(state.instances.map(({ port }) => ({ host: name, port })))
  const ended = state.instances.flatMap((instance) => endOf(instance, before) ?? [])
  const faults = [
    ...ended.map(({ fault }) => fault),
    ...views.flatMap(({ balancer, seats }) =>
      seats
        .filter((seat) => seat.current && seat.status === 'DOWN')
        .map(({ server, check }) => `${balancer} finds ${server} down: ${check}`),
    ),
  ]
  if (faults.length === 0) return
  const error = new FettleError({
    code: 'instance.unhealthy',
    host: name,
    message: `${site.app} did not stay healthy`,
    detail: faults.join('\n'),
  })
  const unit = before.app.instances.find(({ port }) => port === ended[0]?.port)?.unit
  throw unit === undefined ? error : await withLastWords(before, unit, error)
}

const endOf = ({ port, start, active }: InstanceState, before: AppHost) => {
  const was = before.state.instances.find((each) => each.port === port)
  if (was?.active === 'active' && active !== 'active') return { port, fault: `the instance on ${port} is ${active}` }
  if (!was || was.start === start) return null
  return { port, fault: `the instance on ${port} has ended, and was started again` }
}
