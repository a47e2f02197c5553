import { copyHost } from '../../engine/rollout/backup/copy-host.ts'
import { asRun } from '../as-run.ts'
import { eachOf, type HostAnswer } from '../each-host.ts'
import { exitCodeOf } from '../exit-codes.ts'
import type { HostOptions } from '../options.ts'
import { openRenderer } from '../output.ts'
import { openClients } from './site.ts'

/** Has hosts copy what must survive them to their backup hosts, all at once. */
export const run = async (options: HostOptions): Promise<void> => {
  const { folder, inventory, resolved, names } = await openClients(options)
  const site = { folder, site: resolved.view.name, environment: inventory.environment, hosts: [...names] }
  const renderer = await openRenderer(options)
  try {
    const came = await asRun(
      site,
      renderer.emit,
      async (emit) => {
        const answers = await eachOf({ inventory, names }, options, async (session, signal, host) => {
          for (const { to } of resolved.view.backups(host)) await copyHost(session, { host, to, emit }, signal)
        })
        return new Map(answers.map((answer) => [answer.host, answer]))
      },
      (answers, host) => cameTo(answers.get(host)),
    )
    process.exitCode = exitCodeOf([...came.values()].map((answer) => cameTo(answer).outcome))
  } finally {
    renderer.close()
  }
}

const cameTo = (answer: HostAnswer<void> | undefined) =>
  answer && 'problem' in answer ? { outcome: answer.outcome, problem: answer.problem } : { outcome: 'changed' as const }
