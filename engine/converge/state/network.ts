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
 * Shell that waits until addresses and routes stand still: a daemon of the network takes addresses away a moment after it
 * has started. Two seconds without a change, 15 at most; networkd tells what it is still at.
 */
export const standStillScript = `
network() {
  { ip -o addr; ip -o route; ip -o -6 route; } | sed -E 's/ (valid_lft|preferred_lft|expires) [^ ]+//g'
  networkctl --no-legend --no-pager list
}
still=0 before=
for tick in $(seq 150); do
  now=$(network 2>/dev/null)
  case $now in
    *configuring* | *pending*) still=0 ;;
    "$before") still=$((still + 1)) ;;
    *) still=0 ;;
  esac
  [ "$still" -lt 20 ] || break
  before=$now
  sleep 0.1
done`
