import { FettleError } from '../../engine/core/error.ts'
import { setMaintenance } from '../../engine/rollout/maintenance.ts'
import { runName } from '../../engine/store/run-name.ts'
import type { HostOptions } from '../options.ts'
import { holderOf, originOf } from '../origin.ts'
import { write } from '../write.ts'
import { inAppSite, openAppSite } from './app-site.ts'

interface MaintenanceOptions extends HostOptions {
  readonly wait?: true
}

/** Lets the balancers of an app answer with a page that says it is back soon, or no longer. */
export const maintenance = async (
  state: string,
  name: string | undefined,
  options: MaintenanceOptions,
): Promise<void> => {
  if (state !== 'on' && state !== 'off')
    throw new FettleError({ code: 'usage', message: `maintenance is on or off, not "${state}"` })
  const app = await openAppSite(name, options)
  const backends = [...new Set(app.concerned.flatMap(({ pools }) => pools.map(({ backend }) => backend)))]
  if (backends.length === 0)
    throw new FettleError({ code: 'app.unknown', message: `no balancer sends requests to ${app.name}` })
  const balancing = { ...app, concerned: app.concerned.filter(({ pools }) => pools.length > 0) }
  await inAppSite(
    balancing,
    options,
    () => {},
    (site) =>
      setMaintenance({
        balancers: site.balancers,
        backends,
        on: state === 'on',
        claim: { owner: runName(), ...holderOf(originOf()) },
        wait: options.wait ?? false,
        emit: () => {},
      }),
  )
  const names = balancing.concerned.map(({ view }) => view.name).join(', ')
  write(`${app.name} is ${state === 'on' ? 'in maintenance' : 'in service'} on ${names}`)
}
