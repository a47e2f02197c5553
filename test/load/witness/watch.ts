import { quote } from '../../../engine/core/shell.ts'
import type { PracticeHost } from '../../lab/harness.ts'
import { type LogWitness, readLog } from './log.ts'
import { readSamples, type Sample, samplingScript } from './samples.ts'

/** What one balancer has to say of a time. */
export interface Testimony {
  readonly balancer: string
  readonly log: LogWitness
  /** In the order of their times, all its processes at each. */
  readonly samples: readonly Sample[]
}

/** A balancer whose log and counters are being kept. */
export interface Watch {
  /** What there is so far. */
  soFar(): Promise<Testimony>
  stop(): Promise<Testimony>
}

const folder = '/run/witness'

const begin = `
systemctl stop witness 2>/dev/null
rm -rf ${folder}
mkdir ${folder}
printf %s ${quote(samplingScript(`${folder}/samples`))} >${folder}/sampling
journalctl --sync
journalctl --quiet --lines 1 --cursor-file ${folder}/cursor >/dev/null
systemd-run --quiet --collect --unit witness sh ${folder}/sampling
until [ -s ${folder}/samples ]; do sleep 0.1; done`

// All of it: with a filter, journalctl passes over the first line that it lets through.
const read = `
cp ${folder}/cursor ${folder}/again
journalctl --sync
journalctl --quiet -o cat --cursor-file ${folder}/again`

/** A reload takes the counters of a process away when it ends: so they are read again and again. */
export const watchBalancer = async (host: PracticeHost): Promise<Watch> => {
  const { exit, stderr } = await host.sh(begin)
  if (exit !== 0) throw new Error(`${host.name} cannot be watched: ${stderr}`)
  const soFar = async (): Promise<Testimony> => {
    const [log, samples] = await Promise.all([host.sh(read), host.sh(`cat ${folder}/samples`)])
    return { balancer: host.name, log: readLog(log.stdout), samples: readSamples(samples.stdout) }
  }
  return {
    soFar,
    stop: async () => {
      await host.sh('systemctl stop witness')
      return soFar()
    },
  }
}
