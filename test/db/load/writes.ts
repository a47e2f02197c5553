import { readFileSync } from 'node:fs'
import { quote } from '../../../engine/core/shell.ts'
import type { PracticeHost } from '../../lab/harness.ts'

const program = readFileSync(new URL('writer.pl', import.meta.url), 'utf8')
const folder = '/run/writes'

/** One order, and when it was written: seconds since 1970, by the clock of all practice hosts. */
export interface Write {
  readonly id: number
  readonly began: number
  readonly ended: number
}

/** What became of orders while something happened. */
export interface Writes {
  /** Acknowledged, in the order of their ends. */
  readonly acknowledged: readonly Write[]
  /** Nobody knows whether they are there. */
  readonly unknown: readonly Write[]
  readonly reads: number
  /** Acknowledged long before, and not found. */
  readonly missing: readonly number[]
}

export interface RunningWrites {
  stop(): Promise<Writes>
}

let first = 0

/** Writes through a balancer from `client`, and waits until that is under way. */
export const startWrites = async (client: PracticeHost, balancer: PracticeHost): Promise<RunningWrites> => {
  first += 100_000_000
  const words = [balancer.address, 3306, 3307, '/etc/fettle/ca.pem', 4, `${folder}/log`, first].join(' ')
  const { exit, stderr } = await client.sh(`
rm -rf ${folder} && mkdir ${folder} && printf %s ${quote(program)} >${folder}/writer.pl
systemd-run --quiet --collect --unit writes perl ${folder}/writer.pl ${words}
for try in $(seq 100); do grep -q '^ok' ${folder}/log.* 2>/dev/null && exit 0; sleep 0.1; done
journalctl --no-pager -n 20 -u writes >&2; exit 1`)
  if (exit !== 0) throw new Error(`nobody can write: ${stderr}`)
  return {
    stop: async () => {
      const { stdout } = await client.sh(`systemctl stop writes; cat ${folder}/log.*`)
      return readWrites(stdout)
    },
  }
}

const readWrites = (text: string): Writes => {
  const lines = text.split('\n').map((line) => line.split(' '))
  const of = (kind: string): Write[] =>
    lines
      .filter(([first]) => first === kind)
      .map(([, id, began, ended]) => ({ id: Number(id), began: Number(began), ended: Number(ended) }))
      .sort((one, other) => one.ended - other.ended)
  const missing = of('missing').map(({ id }) => id)
  return { acknowledged: of('ok'), unknown: of('no'), reads: of('read').length, missing }
}

/** The longest time in which nothing was acknowledged: seconds, and when it ended. */
export const longestGap = ({ acknowledged }: Writes): { readonly seconds: number; readonly until: number } =>
  acknowledged
    .slice(1)
    .map(({ ended }, index) => ({ seconds: ended - (acknowledged[index]?.ended ?? ended), until: ended }))
    .reduce((longest, gap) => (gap.seconds > longest.seconds ? gap : longest), { seconds: 0, until: 0 })
