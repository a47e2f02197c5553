import { command } from '../../core/shell.ts'

const masterSocket = '/run/haproxy-master.sock'

/** Functions that speak to every process which takes connections. */
const workerFunctions = `
ask() { printf '%s\\n' "$1" | socat -t 10 - "UNIX-CONNECT:${masterSocket}"; }
workers=
[ ! -S ${masterSocket} ] || workers=$(ask 'show proc' | awk '$2 == "worker" { print $1 } /^# old workers/ { exit }')
value_in() { # worker map key
  ask "@!$1 show map $2" | awk -v key="$3" '$2 == key { print $3 }'
}`

/** Shell that prints what the file of a map says of a key, then what each process does: one line each, empty for nothing. */
export const mapValueScript = (map: string, key: string): string => `
value() {
  awk -v key="$2" '$1 == key { value = $2 } END { print value }' "$1" || return
  for worker in $workers; do echo "$(value_in "$worker" "$1" "$2")"; done
}${workerFunctions}
${command('value', map, key)}`

/**
 * Shell that gives keys of a map of HAProxy a value, null for none: at once, in every process that takes connections, and
 * in its file for the next start. A balancer that does not run has the file.
 */
export const mapScript = (map: string, values: Readonly<Record<string, string | null>>): string => `
map=${map}
[ -e "$map" ] || { echo "provision this balancer first: it has no $map" >&2; exit 1; }
set_value() {
  awk -v key="$1" '$1 != key' "$map" >"$map~" || return
  [ -z "$2" ] || echo "$1 $2" >>"$map~"
  chmod 0644 "$map~" && sync "$map~" && mv -f "$map~" "$map" || return
  for worker in $workers; do
    ask "@!$worker del map $map $1" >/dev/null
    [ -z "$2" ] || ask "@!$worker add map $map $1 $2" >/dev/null
    [ "$(value_in "$worker" "$map" "$1")" = "$2" ] || {
      echo "process $worker of HAProxy does not take it" >&2
      return 1
    }
  done
}${workerFunctions}
${Object.entries(values)
  .map(([key, value]) => command('set_value', key, value ?? ''))
  .join(' &&\n')}`
