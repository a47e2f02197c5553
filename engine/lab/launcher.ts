import { command, quote } from '../core/shell.ts'
import type { HostGroup } from './cgroup.ts'

export interface Launch {
  readonly group: HostGroup
  readonly machine: string
  readonly hostname: string
  readonly bridge: string
  /** This machine's end of the host's cable. It may outlive a host that was killed, for a moment. */
  readonly cable: string
  /** The host's writable part. It holds `upper`, `work`, the mount point `root` and the file `seeded`. */
  readonly disk: string
  readonly image: string
  /** Written to `seeded` once a fresh disk is ready. A disk that bears another mark, or none, is made anew. */
  readonly mark: string
  /** Files laid once over a fresh disk. */
  readonly seed: string
  /** Packages shared by all hosts of a release. */
  readonly archives: string
  /** Held for the launcher's whole life: there is never a second one for a host. */
  readonly lock: string
}

/** The limits are those that a machine's own first process has. */
const nspawn = ({ machine, hostname, bridge, disk }: Launch): string =>
  command(
    ...['systemd-nspawn', '--quiet', '--settings=no', '--boot', '--register=no', '--keep-unit', '--console=pipe'],
    ...['--link-journal=no', '--resolv-conf=off', '--timezone=off', `--network-bridge=${bridge}`],
    ...['--rlimit=RLIMIT_NOFILE=1048576', '--rlimit=RLIMIT_CORE=0:infinity'],
    ...[`--machine=${machine}`, `--hostname=${hostname}`, `--directory=${disk}/root`],
  )

/**
 * sh, run in a mount namespace of its own: every mount it makes is gone when the last process of the host is.
 * It boots the host, and again whenever the host has rebooted, which systemd-nspawn tells by status 133.
 * The hosts read a common store of packages and write to a layer of their own, since apt locks what it writes to;
 * what a host has fetched joins the store when it stops. A base image is locked while a host stands on it.
 */
export const launchScript = (launch: Launch): string => `set -eu
exec 9>${quote(launch.lock)}
flock --nonblock 9 || exit 0
exec 8>>${quote(`${launch.image}.lock`)}
flock --nonblock --shared 8
echo 0 >${quote(launch.group.launcher)}/cgroup.procs
mkdir -p /run/systemd/nspawn
mount -t tmpfs -o mode=0755 tmpfs /run/systemd/nspawn
mkdir -p ${quote(launch.disk)} ${quote(launch.archives)}
cd ${quote(launch.disk)}
if [ "$(cat seeded 2>/dev/null)" != ${quote(launch.mark)} ]; then
  rm -rf seeded upper work
fi
mkdir -p upper work root archives/upper archives/work
mount -t overlay -o ${quote(`lowerdir=${launch.image},upperdir=upper,workdir=work`)} overlay root
if [ ! -e seeded ]; then
  tar -C ${quote(launch.seed)} -cf - . | tar -C root -xpf - --no-overwrite-dir
  printf '%s\\n' ${quote(launch.mark)} >seeded
fi
mkdir -p root/var/cache/apt/archives
mount -t overlay -o ${quote(
  `lowerdir=${launch.archives}:${launch.image}/var/cache/apt/archives,upperdir=archives/upper,workdir=archives/work`,
)} overlay root/var/cache/apt/archives
keep() {
  for package in archives/upper/*.deb; do
    [ -f "$package" ] || continue
    name=\${package##*/}
    [ -e ${quote(launch.archives)}/"$name" ] && continue
    cp -- "$package" ${quote(launch.archives)}/".$name.$$"
    mv -- ${quote(launch.archives)}/".$name.$$" ${quote(launch.archives)}/"$name"
  done
}
while :; do
  ip link delete ${quote(launch.cable)} 2>/dev/null || :
  status=0
  ( echo 0 >${quote(launch.group.host)}/cgroup.procs; exec ${nspawn(launch)} 8>&- 9>&- ) || status=$?
  keep
  [ "$status" -eq 133 ] || exit "$status"
done
`
