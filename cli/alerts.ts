import { FettleError } from '../engine/core/error.ts'
import { alertsScript, type FiringAlert, readAlerts } from '../engine/rollout/monitoring/alerts.ts'
import { eachOf } from './each-host.ts'
import { exitCode } from './exit-codes.ts'
import { jsonLine } from './json-line.ts'
import type { HostOptions } from './options.ts'
import { lookOf, showProblem } from './output.ts'
import { alertsText } from './render/alerts-text.ts'
import { chooseHosts, resolveChosen } from './site.ts'
import { write } from './write.ts'

/** What is not as it should be, as those hosts know that watch over the site. */
export const alerts = async (options: HostOptions): Promise<void> => {
  const { inventory, hosts } = await resolveChosen(await chooseHosts(options), options)
  const watching = hosts.filter(({ roles }) => roles.some(({ role }) => role.watches)).map(({ view }) => view.name)
  if (watching.length === 0) throw nobodyWatches()
  const answers = await eachOf({ inventory, names: new Set(watching) }, options, async (session, _signal, host) => {
    const { exit, stdout, stderr } = await session.run(alertsScript)
    if (exit === 0) return readAlerts(host, stdout)
    throw new FettleError({ code: 'step.failed', message: 'Alertmanager did not answer', detail: stderr.trim() })
  })
  for (const answer of answers) if ('problem' in answer) await showProblem(new FettleError(answer.problem))
  const found = distinct(answers.flatMap((answer) => ('value' in answer ? answer.value : [])))
  if (options.json) for (const alert of found) write(jsonLine({ type: 'alert', ...alert }))
  else if (found.length > 0 || answers.some((answer) => 'value' in answer))
    write(alertsText(found, new Date(), lookOf(process.stdout, 0)))
  const isWell = found.length === 0 && answers.every((answer) => 'value' in answer)
  process.exitCode = isWell ? exitCode.done : exitCode.failed
}

/** Two hosts that watch over the same say the same. */
const distinct = (found: readonly FiringAlert[]): readonly FiringAlert[] => [
  ...new Map(found.map((alert) => [`${alert.name} ${alert.host} ${alert.says}`, alert])).values(),
]

const nobodyWatches = (): FettleError =>
  new FettleError({
    code: 'alerts.unknown',
    message: 'none of these hosts watches over the others',
    hint: 'the role prometheus makes one that does: docs/monitoring.md',
  })
