import type { Claim } from '../converge/state/lease.ts'
import type { Emit } from '../core/event.ts'
import { command } from '../core/shell.ts'
import type { HeldHost } from './held-host.ts'
import { holdingAll } from './leases.ts'

interface Maintenance {
  readonly balancers: readonly HeldHost[]
  readonly backends: readonly string[]
  readonly on: boolean
  readonly claim: Claim
  /** Wait for others who are changing the balancers. */
  readonly wait: boolean
  readonly emit: Emit
}

/**
 * Lets all balancers answer for a backend with the page of maintenance, or no longer: at once, in every process, and after
 * a reload or restart as well. Errors: `lease.held`, `step.failed`.
 */
export const setMaintenance = async ({ balancers, backends, on, claim, wait, emit }: Maintenance): Promise<void> => {
  const title = `maintenance ${on ? 'on' : 'off'}: ${backends.join(', ')}`
  await holdingAll(balancers, { claim, wait, emit }, () =>
    Promise.all(balancers.map((host) => host.step(title, script(backends, on)))),
  )
}

/** The file is for the next start, the socket for what runs. A balancer that does not run has the file. */
const script = (backends: readonly string[], on: boolean): string => `
map=/etc/haproxy/maintenance.map master=/run/haproxy-master.sock
ask() { printf '%s\\n' "$1" | socat -t 10 - "UNIX-CONNECT:$master"; }
[ -e "$map" ] || { echo 'provision this balancer first: it has no list of backends in maintenance' >&2; exit 1; }
set_backend() {
  awk -v name="$1" '$1 != name' "$map" >"$map~" || return
  ${on ? 'echo "$1 on" >>"$map~"' : ':'}
  chmod 0644 "$map~" && sync "$map~" && mv -f "$map~" "$map" || return
  for worker in $workers; do
    ask "@!$worker del map $map $1" >/dev/null
    ${on ? 'ask "@!$worker add map $map $1 on" >/dev/null' : ''}
    [ "$(ask "@!$worker show map $map" | awk -v name="$1" '$2 == name { print $3 }')" = '${on ? 'on' : ''}' ] || {
      echo "process $worker of HAProxy does not take it" >&2
      return 1
    }
  done
}
workers=
[ ! -S "$master" ] || workers=$(ask 'show proc' | awk '$2 == "worker" { print $1 } /^# old workers/ { exit }')
${backends.map((backend) => command('set_backend', backend)).join(' &&\n')}`
