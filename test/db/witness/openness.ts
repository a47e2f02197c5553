import { quote } from '../../../engine/core/shell.ts'
import type { PracticeHost } from '../../lab/harness.ts'

/** A time in which a server took writes whenever it was asked: seconds since 1970. */
export interface Open {
  readonly host: string
  readonly from: number
  readonly until: number
}

const folder = '/run/openness'

/** Asks some twenty times a second over one connection; begins anew where the server has restarted. */
const script = `
questions() { while echo 'SELECT @@global.read_only, UNIX_TIMESTAMP(NOW(6));' 2>/dev/null; do sleep 0.05; done; }
client=mariadb; [ -x /usr/sbin/mysqld ] && [ ! -x /usr/sbin/mariadbd ] && client=mysql
while :; do
  questions | $client --no-defaults --user=root --batch --skip-column-names --unbuffered --skip-reconnect 2>/dev/null
  echo down
  sleep 0.1
done`

export interface Watching {
  stop(): Promise<readonly Open[]>
}

/** When each of these servers took writes, by its own account. */
export const watchOpenness = async (hosts: readonly PracticeHost[]): Promise<Watching> => {
  for (const host of hosts)
    await host.sh(`
systemctl stop openness 2>/dev/null; mkdir -p ${folder}; : >${folder}/said
systemd-run --quiet --collect --unit openness --property=StandardOutput=append:${folder}/said sh -c ${quote(script)}`)
  return {
    stop: async () => {
      const said = await Promise.all(
        hosts.map(async (host) => ({
          host: host.name,
          text: (await host.sh(`systemctl stop openness; cat ${folder}/said`)).stdout,
        })),
      )
      return said.flatMap(({ host, text }) => readOpen(host, text))
    },
  }
}

const readOpen = (host: string, text: string): Open[] => {
  const open: Open[] = []
  let current: Open | undefined
  for (const line of text.split('\n')) {
    const [closed, at] = line.split('\t')
    if (closed === '0' && at !== undefined) current = { host, from: current?.from ?? Number(at), until: Number(at) }
    else if (current) {
      open.push(current)
      current = undefined
    }
  }
  return current ? [...open, current] : open
}

/** Times in which two servers took writes. */
export const twoWriters = (open: readonly Open[]): readonly string[] =>
  open.flatMap((one, index) =>
    open
      .slice(index + 1)
      .filter((other) => other.host !== one.host && one.from <= other.until && other.from <= one.until)
      .map((other) => `${one.host} and ${other.host} from ${Math.max(one.from, other.from)}`),
  )
