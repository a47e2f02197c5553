import type { Extent } from './host-state.ts'
import { askMark } from './mark.ts'

/**
 * What apt would do, by a simulation, which takes no lock. Security fixes are asked for by name and version, so that what
 * comes along with them is seen as well.
 */
const simulation: Readonly<Record<Extent, string>> = {
  all: '',
  security: `
set -- $(printf '%s\\n' "$simulated" | sed -n '/^Inst [^(]*([^)]*[Ss]ecurity/s/^Inst \\([^ ]*\\) \\[[^]]*\\] (\\([^ ]*\\) .*/\\1=\\2/p')
simulated=
[ $# -eq 0 ] || simulated=$(simulate install -- "$@") || refuse`,
}

const packages = (extent: Extent): string => `
simulate() { apt-get -s -q -o APT::Cmd::Pattern-Only=true --no-remove "$@" 2>&1; }
refuse() { printf '%s\\n' "$simulated" >&2; exit 1; }
if [ -n "$(dpkg --audit)" ]; then
  echo unfinished yes
else
  simulated=$(simulate upgrade --with-new-pkgs) || refuse${simulation[extent]}
  printf '%s\\n' "$simulated" | grep '^Inst '
fi`

/** The running kernel, its package as it is by now, and all kernels that are there. */
const kernels = `
if [ -e /run/systemd/container ]; then
  echo container yes
else
  running=$(uname -r)
  echo "running $running $(dpkg-query -W -f='\${Version}' "linux-image-$running" 2>/dev/null)"
  echo "built $(uname -v)"
  for kernel in /boot/vmlinuz-*; do [ ! -e "$kernel" ] || echo "kernel \${kernel#/boot/vmlinuz-}"; done
fi
[ ! -e /run/reboot-required ] || echo "wanted $(sort -u /run/reboot-required.pkgs 2>/dev/null | tr '\\n' ' ')"`

/** Its list for people: only that one says which services it would not restart. */
const services = `
if command -v needrestart >/dev/null; then
  echo needrestart yes
  LANGUAGE= needrestart -r l -l 2>&1 </dev/null | sed -n 's/^[A-Z ]/service &/p'
fi`

/** Shell that tells what there is to patch on a host, as its lists of packages are. Changes nothing. */
export const askScript = (extent: Extent): string => `(
export LC_ALL=C
read -r boot </proc/sys/kernel/random/boot_id
echo "boot $boot"
${packages(extent)}
${kernels}
${services}
${askMark}
:)`
