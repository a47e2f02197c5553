import type { DatabaseTls } from '../../core/database.ts'
import { command, quote } from '../../core/shell.ts'

/** Where the server of a drill is come to over the network, and by whom. */
export interface Reach {
  readonly address: string
  readonly port: number
  /** The addresses of the hosts from which apps come. */
  readonly from: readonly string[]
  readonly tls: DatabaseTls | null
}

/**
 * Shell with the options of the server as `network`, and as arguments those of its unit. Through the host's firewall they come
 * for as long as the unit runs, however that ends. Null for a server without a network.
 */
export const networkOf = (reach: Reach | null): string => {
  if (!reach) return 'set --\nnetwork=--skip-networking'
  const { address, port, tls } = reach
  const secured = tls ? [`--ssl-ca=${tls.authority}`, `--ssl-cert=${tls.certificate}`, `--ssl-key=${tls.key}`] : []
  const network = command(`--bind-address=${address}`, `--port=${port}`, ...secured)
  return `set --
network=${quote(network)}
if tables=$(command -v ${address.includes(':') ? 'ip6tables' : 'iptables'}); then
  set -- ${reach.from.flatMap((from) => passed(reach, from)).join(' ')}
fi`
}

const passed = ({ address, port }: Reach, from: string): readonly string[] => {
  const rule = command('INPUT', '-s', from, '-d', address, '-p', 'tcp', '--dport', String(port), '-j', 'ACCEPT')
  return [`-p "ExecStartPre=+$tables -w 10 -I ${rule}"`, `-p "ExecStopPost=-+$tables -w 10 -D ${rule}"`]
}
