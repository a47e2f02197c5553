import { command } from '../core/shell.ts'
import type { PackageSources } from './sources.ts'

/**
 * What a small Debian server has, the languages of Debian's own tools among it, and nothing that Fettle should bring
 * itself.
 */
export const packages: readonly string[] = [
  'apt-utils',
  'bash-completion',
  'ca-certificates',
  'cron',
  'dbus',
  'iproute2',
  'iputils-ping',
  'kmod',
  'less',
  'libpam-systemd',
  'logrotate',
  'lsb-release',
  'lsof',
  'nano',
  'netbase',
  'openssh-server',
  'perl',
  'procps',
  'psmisc',
  'python3',
  'python3-apt',
  'python3-dbus',
  'sudo',
  'systemd',
  'systemd-sysv',
  'tzdata',
  'xz-utils',
]

/** Debian has a group of this name and number; it grants nothing. */
export const operator = { uid: 1000, gid: 37 } as const

/**
 * sh, given the image's folder as `$1`. Host keys are each host's own. The timers of apt are off, since a run of
 * apt at a random moment would hold its lock against a test; a role may switch them on.
 */
export const customise = (sources: PackageSources): string => `set -eu
root=$1
chroot "$root" useradd --create-home --shell /bin/bash --uid ${operator.uid} --gid ${operator.gid} operator
printf '%s\\n' 'operator ALL=(ALL:ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/operator"
chmod 0440 "$root/etc/sudoers.d/operator"
rm -f "$root"/etc/ssh/ssh_host_* "$root"/etc/apt/apt.conf.d/99mmdebstrap
cat >"$root/etc/apt/sources.list" <<'END'
${sources.lines.join('\n')}
END
cat >"$root/etc/apt/apt.conf.d/90practice" <<'END'
${sources.aptSettings.join('\n')}
END
chroot "$root" systemctl enable systemd-networkd.service
chroot "$root" systemctl disable apt-daily.timer apt-daily-upgrade.timer
chroot "$root" apt-cache gencaches
rm -f "$root"/var/cache/apt/archives/*.deb
`

export interface Bootstrap {
  readonly release: string
  readonly sources: PackageSources
  readonly packages: readonly string[]
  /** sh, each given the system's folder as `$1` once its packages are there. */
  readonly hooks: readonly string[]
  /** Where the system is to be; nothing may be there yet. */
  readonly folder: string
}

/** sh. Makes a Debian system in a folder. Its mounts are in a namespace that dies with it. */
export const bootstrap = ({ release, sources, packages, hooks, folder }: Bootstrap): string =>
  command(
    ...['unshare', '--mount', '--propagation', 'private', 'mmdebstrap', '--mode=root', '--variant=minbase'],
    ...['--format=directory', '--skip=cleanup/apt', `--include=${packages.join(',')}`],
    ...sources.aptSettings.map((setting) => `--aptopt=${setting}`),
    ...hooks.map((hook) => `--customize-hook=${hook}`),
    ...[release, folder, ...sources.lines],
  )

/**
 * sh. Built aside and renamed, under a lock that the builder itself holds, so that a build that was killed is never
 * taken for a finished one.
 */
export const buildScript = (image: string, release: string, sources: PackageSources): string => {
  const aside = `${image}.building`
  return `set -eu
[ ! -e ${command(image)} ] || exit 0
rm -rf ${command(aside)}
${bootstrap({ release, sources, packages, hooks: [customise(sources)], folder: aside })} || {
  rm -rf ${command(aside)}
  exit 1
}
sync -f ${command(aside)}
mv ${command(aside, image)}
`
}
