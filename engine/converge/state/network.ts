import { quote } from '../../core/shell.ts'

export const networkUnit = 'systemd-networkd.service'

/**
 * Shell that has networkd do what its files say once it was restarted. By itself it leaves an address in place that is
 * no longer in them, and only the next boot would show that nobody gets in there.
 */
export const reconfigureLinks = `
networkctl --no-legend --no-pager list | while read -r number link type rest; do
  case $type:$rest in loopback:* | *unmanaged) ;; *) networkctl reconfigure "$link" ;; esac
done`

/**
 * Shell that waits until the way back to whoever came from this address stands still, as far as addresses and routes go: a
 * daemon of the network takes them away a moment after it has started. Two seconds without a change, ten at most;
 * networkd tells what it is still at.
 */
export const standStillScript = (from: string): string => `
way() {
  route=$(ip -o route get ${quote(from)}) || return
  link=\${route#* dev } link=\${link%% *}
  printf '%s\\n' "\${route%% cache*}"
  ip -o addr show dev "$link" | sed -E 's/ (valid_lft|preferred_lft) [^ ]+//g'
  networkctl --no-legend --no-pager list "$link"
}
still=0 before=
for try in $(seq 20); do
  now=$(way 2>/dev/null)
  case $now in
    *configuring* | *pending*) still=0 ;;
    "$before") still=$((still + 1)) ;;
    *) still=0 ;;
  esac
  [ "$still" -lt 4 ] || break
  before=$now
  sleep 0.5
done`
