import { command } from '../../core/shell.ts'

/**
 * Shell that gives keys of a map of HAProxy a value, null for none: at once, in every process that takes connections, and
 * in its file for the next start. A balancer that does not run has the file.
 */
export const mapScript = (map: string, values: Readonly<Record<string, string | null>>): string => `
map=${map} master=/run/haproxy-master.sock
ask() { printf '%s\\n' "$1" | socat -t 10 - "UNIX-CONNECT:$master"; }
[ -e "$map" ] || { echo "provision this balancer first: it has no $map" >&2; exit 1; }
set_value() {
  awk -v key="$1" '$1 != key' "$map" >"$map~" || return
  [ -z "$2" ] || echo "$1 $2" >>"$map~"
  chmod 0644 "$map~" && sync "$map~" && mv -f "$map~" "$map" || return
  for worker in $workers; do
    ask "@!$worker del map $map $1" >/dev/null
    [ -z "$2" ] || ask "@!$worker add map $map $1 $2" >/dev/null
    [ "$(ask "@!$worker show map $map" | awk -v key="$1" '$2 == key { print $3 }')" = "$2" ] || {
      echo "process $worker of HAProxy does not take it" >&2
      return 1
    }
  done
}
workers=
[ ! -S "$master" ] || workers=$(ask 'show proc' | awk '$2 == "worker" { print $1 } /^# old workers/ { exit }')
${Object.entries(values)
  .map(([key, value]) => command('set_value', key, value ?? ''))
  .join(' &&\n')}`
