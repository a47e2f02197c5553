import { copyHost } from '../../engine/rollout/backup/copy-host.ts'
import { asRun } from '../as-run.ts'
import { eachOf, type HostAnswer } from '../each-host.ts'
import { exitCodeOf } from '../exit-codes.ts'
import type { HostOptions } from '../options.ts'
import { openRenderer } from '../output.ts'
import { copyClusters } from './databases.ts'
import { openClients } from './site.ts'

interface RunOptions extends HostOptions {
  /** Of databases alone, as statements. */
  readonly sql?: true
}

/** Has hosts copy what must survive them to their backup hosts, all at once. */
export const run = async (options: RunOptions): Promise<void> => {
  const kind = options.sql ? 'sql' : 'databases'
  const opened = await openClients(options, options.sql ? 'databases' : 'hosts')
  const { folder, inventory, resolved, names } = opened
  const site = { folder, site: resolved.view.name, environment: inventory.environment, hosts: [...names] }
  const renderer = await openRenderer(options)
  try {
    const came = await asRun(
      site,
      renderer.emit,
      async (emit) => {
        const answers = await eachOf({ inventory, names }, options, async (session, signal, host) => {
          for (const backup of resolved.view.backups(host))
            if (backup.cluster === null && !options.sql) await copyHost(session, { host, backup, emit }, signal)
        })
        const all = [...answers, ...(await copyClusters(opened, options, kind, emit))]
        // What went wrong with either is what the host came to.
        return new Map(
          all
            .filter(isWell)
            .concat(all.filter((each) => !isWell(each)))
            .map((each) => [each.host, each]),
        )
      },
      (answers) => site.hosts.map((host) => ({ host, ...cameTo(answers.get(host)) })),
    )
    process.exitCode = exitCodeOf([...came.values()].map((answer) => cameTo(answer).outcome))
  } finally {
    renderer.close()
  }
}

const isWell = (answer: HostAnswer<void>): boolean => 'value' in answer

const cameTo = (answer: HostAnswer<void> | undefined) =>
  answer && 'problem' in answer ? { outcome: answer.outcome, problem: answer.problem } : { outcome: 'changed' as const }
