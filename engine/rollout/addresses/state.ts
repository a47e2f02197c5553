import { haproxyServes } from '../../core/haproxy.ts'
import { addressFiles } from '../../core/virtual-address.ts'

/** How a host stands that may have addresses. */
export interface AddressState {
  /** Whether keepalived runs. */
  readonly running: boolean
  /** Whether HAProxy answers. */
  readonly serves: boolean
  /** All addresses of its interfaces, without the length of their network. */
  readonly has: readonly string[]
  /** Names of the addresses that it was told not to have. */
  readonly away: readonly string[]
  /** Names of those that it stands by for: it hears who has them, or would take them. */
  readonly standsBy: readonly string[]
}

/** Seconds after its start in which keepalived only listens (`vrrp_startup_delay`), whatever it says of itself. */
const listening = 7

/** Shell that tells it, a fact a line. */
export const stateScript = `
systemctl -q is-active keepalived.service && echo running
[ -x ${haproxyServes} ] && ${haproxyServes} && echo serves
ip -o address show | awk '{ sub("/.*", "", $4); print "has", $4 }'
read -r up rest </proc/uptime
since=$(systemctl show -P ActiveEnterTimestampMonotonic keepalived.service)
age=$((\${up%.*} - \${since:-0} / 1000000))
for file in ${addressFiles}/*; do
  name=\${file##*/}
  case $name:$(cat "$file" 2>/dev/null) in
    *.state:BACKUP) [ "$age" -lt ${listening} ] || echo "by \${name%.state}" ;;
    *.state:* | *:0 | '*:') ;;
    *) echo "away $name" ;;
  esac
done`

/** Pure. */
export const readState = (said: string): AddressState => {
  const lines = said.split('\n').map((line) => line.split(' '))
  const after = (word: string) => lines.flatMap(([first, rest]) => (first === word && rest ? [rest] : []))
  const says = (word: string) => lines.some(([first]) => first === word)
  return {
    running: says('running'),
    serves: says('serves'),
    has: after('has'),
    away: after('away'),
    standsBy: after('by'),
  }
}

/** Shell that lets a host have an address, or not: keepalived notices at once. */
export const keepAwayScript = (name: string, away: boolean): string => `echo ${away ? 1 : 0} >${addressFiles}/${name}`
