import { quote } from '../../../engine/core/shell.ts'
import type { PracticeHost } from '../../lab/harness.ts'

/** A time in which a server took writes whenever it was asked: seconds since 1970. */
export interface Open {
  readonly host: string
  readonly from: number
  readonly until: number
}

const said = '/var/lib/openness'

/** Seconds between two answers after which nobody knows what was between them: a server that was frozen took no writes. */
const longSilence = 2

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

/** It goes on by itself where a host starts again, from the moment on in which its server does. */
const unit = `[Service]
ExecStart=/usr/local/sbin/openness
StandardOutput=append:${said}
Restart=always
[Install]
WantedBy=multi-user.target
`

/** When each of these servers took writes, by its own account. */
export const watchOpenness = async (hosts: readonly PracticeHost[]): Promise<Watching> => {
  for (const host of hosts)
    await host.sh(`
systemctl stop openness 2>/dev/null; : >${said}
printf '#!/bin/sh%s\\n' ${quote(script)} >/usr/local/sbin/openness && chmod 0755 /usr/local/sbin/openness
printf %s ${quote(unit)} >/etc/systemd/system/openness.service
systemctl daemon-reload && systemctl --quiet enable --now openness`)
  return {
    stop: async () => {
      const answers = await Promise.all(
        hosts.map(async (host) => ({
          host: host.name,
          text: (await host.sh(`systemctl --quiet disable --now openness; cat ${said}`)).stdout,
        })),
      )
      return answers.flatMap(({ host, text }) => readOpen(host, text))
    },
  }
}

const readOpen = (host: string, text: string): Open[] => {
  const open: Open[] = []
  let current: Open | undefined
  for (const line of text.split('\n')) {
    const [closed, at] = line.split('\t')
    const isOpen = closed === '0' && at !== undefined
    if (current && !(isOpen && Number(at) - current.until < longSilence)) {
      open.push(current)
      current = undefined
    }
    if (isOpen) current = { host, from: current?.from ?? Number(at), until: Number(at) }
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
