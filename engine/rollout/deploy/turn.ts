import { FettleError } from '../../core/error.ts'
import type { Instance } from '../../core/rotation.ts'
import { command, quote } from '../../core/shell.ts'
import { questionOf } from '../rotation/probe.ts'
import { inRelease } from './in-release.ts'
import { itself, probeInstance } from './probe-instance.ts'
import type { AppHost, DeploySite } from './site.ts'

/**
 * Gives instances of a host another release: out of rotation, stopped, switched, started, probed until they are healthy,
 * and back into rotation. Where not `careful`, its balancers alone decide. Errors: those of its steps,
 * `instance.unhealthy`, `balancer.failed`.
 */
export const turn = async (
  site: DeploySite,
  host: AppHost,
  ports: readonly number[],
  to: string | null,
  careful: boolean,
): Promise<void> => {
  const { app, held } = host
  const instances = app.instances.filter(({ port }) => ports.includes(port))
  const seated = instances.map(({ port }) => ({ host: host.name, port }))
  const names = `${app.name} on ${ports.join(', ')}`
  if (app.switching === 'link') return follow(site, host, instances, to, careful)
  const cut = await held.during(`take ${names} out of rotation`, () => site.rotation.drain(seated, app.rollout.drain))
  if (cut > 0) site.emit({ type: 'warning', host: host.name, message: stillBusy(cut, app.rollout.drain) })
  await held.step(`stop ${names}`, stopScript(instances))
  await held.step(`switch ${names} to ${to ?? 'nothing'}`, switchScript(host, ports, to))
  if (to === null) return
  await held.step(`start ${names}`, startScript(instances))
  await comeBack(site, host, instances, to, careful)
}

/** Nothing restarts: what serves the files finds others behind the link, from one request to the next. */
const follow = async (
  site: DeploySite,
  host: AppHost,
  instances: readonly Instance[],
  to: string | null,
  careful: boolean,
): Promise<void> => {
  const ports = instances.map(({ port }) => port)
  const names = `${host.app.name} on ${ports.join(', ')}`
  await host.held.step(`switch ${names} to ${to ?? 'nothing'}`, switchScript(host, ports, to))
  if (to === null) return
  await comeBack(site, host, instances, to, careful)
}

/** Probed until they are healthy, and into rotation. */
const comeBack = async (
  site: DeploySite,
  host: AppHost,
  instances: readonly Instance[],
  to: string,
  careful: boolean,
): Promise<void> => {
  const ports = instances.map(({ port }) => port)
  const names = `${host.app.name} on ${ports.join(', ')}`
  await host.held
    .during(`wait until ${names} is healthy`, () => probeAll(site, host, instances, to))
    .catch((error) => passOver(error, site, host, careful))
  await host.held.during(`put ${names} into rotation`, () =>
    site.rotation.admit(ports.map((port) => ({ host: host.name, port }))),
  )
}

const stillBusy = (cut: number, seconds: number): string =>
  `${cut} requests were not over after ${seconds} s, and are cut off: rollout.drain gives them more`

/**
 * What was there before is the best there is: on the way back it gets requests where its balancers find it healthy, even
 * if it does not answer as a new release would have to.
 */
const passOver = (error: unknown, site: DeploySite, { name }: AppHost, careful: boolean): void => {
  if (careful || !(error instanceof FettleError) || error.code !== 'instance.unhealthy') throw error
  site.emit({ type: 'warning', host: name, message: `goes into rotation all the same: ${error.message}` })
}

const stopScript = (instances: readonly Instance[]): string =>
  command('systemctl', 'stop', '--', ...instances.map(({ unit }) => unit))

const switchScript = ({ app }: AppHost, ports: readonly number[], to: string | null): string => {
  const links = ports.map((port) =>
    to === null
      ? `rm -f ${port}`
      : `rm -f .${port} && ln -s ${quote(`../releases/${to}`)} .${port} && mv -fT .${port} ${port}`,
  )
  return `cd ${quote(`${app.root}/instances`)} && ${links.join(' &&\n')} && sync .`
}

/** Says why, in the words of the app. */
const startScript = (instances: readonly Instance[]): string => {
  const units = command('--', ...instances.map(({ unit }) => unit))
  return `
systemctl reset-failed ${units} 2>/dev/null
systemctl start ${units} && exit
status=$?
journalctl --no-pager --quiet --lines 20 --output cat ${instances.map(({ unit }) => command('-u', unit)).join(' ')} >&2
exit $status`
}

/** From every balancer that sends it requests; where there is none, from the host itself. */
const probeAll = async (site: DeploySite, host: AppHost, instances: readonly Instance[], release: string) => {
  const asking = site.rotation.askers(instances.map(({ port }) => ({ host: host.name, port })))
  const [askers, address] = asking.length > 0 ? [asking, host.view.address] : [[itself(host)], '127.0.0.1']
  const at = { name: host.name, address }
  await Promise.all(
    instances.map((instance) => probeInstance(host, instance.unit, askers, questionOf(at, instance, release))),
  )
}

/** Makes a release the host's own, once all its instances have it. */
export const settleHost = async ({ app, held }: AppHost, to: string | null): Promise<void> => {
  const link =
    to === null
      ? 'rm -f current'
      : `rm -f .current && ln -s ${quote(`releases/${to}`)} .current && mv -fT .current current`
  await held.step(`make ${to ?? 'nothing'} current`, `cd ${quote(app.root)} && ${link} && sync .`)
}

/** A command of the user's in a release on a host. */
export const hostHook = async (host: AppHost, what: string, hook: string | null, release: string): Promise<void> => {
  if (hook !== null) await host.held.step(what, inRelease(host.app, release, hook))
}
