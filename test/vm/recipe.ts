import { dirname } from 'node:path'
import { command, quote } from '../../engine/core/shell.ts'
import { bootstrap, customise, operator, packages } from '../../engine/lab/image-recipe.ts'
import type { PackageSources } from '../../engine/lab/sources.ts'
import { asSeenWithin, network, type Way } from './outward.ts'

/** What a practice host has, and what Debian's installer brings to a machine that is no container. */
const ofMachines = [...packages, 'apparmor', 'initramfs-tools', 'linux-image-amd64', 'lz4']

export interface Recipe {
  readonly release: string
  readonly sources: PackageSources
  readonly ways: readonly Way[]
}

/** Text files by path. */
const seed = (ways: readonly Way[]): Readonly<Record<string, string>> => ({
  'etc/hostname': 'vm\n',
  'etc/hosts': [
    ...['127.0.0.1\tlocalhost', '127.0.1.1\tvm', '::1\tlocalhost ip6-localhost ip6-loopback'],
    ...ways.map(({ address, hostname }) => `${address}\t${hostname}`),
    '',
  ].join('\n'),
  'etc/resolv.conf': '# The names of package sources are in /etc/hosts.\n',
  'etc/fstab': '/dev/vda / ext4 errors=remount-ro 0 1\n',
  // Whatever takes long to compress takes minutes on an emulated processor.
  'etc/initramfs-tools/conf.d/quick': 'COMPRESS=lz4\nCOMPRESSLEVEL=1\n',
  'etc/systemd/network/10-cable.network': `[Match]
Name=e*

[Network]
Address=${network.machine}/24
Gateway=${network.router}
IPv6AcceptRA=no
`,
})

/** sh, given the system's folder as `$1`. Its keys are made here, so that it is known before it is first seen. */
const settle = (aside: string, ways: readonly Way[]): string => `set -eu
root=$1
${Object.entries(seed(ways))
  .map(([path, text]) => `rm -f "$root"/${path}\nprintf %s ${quote(text)} >"$root"/${path}`)
  .join('\n')}
chroot "$root" update-initramfs -u -k all
tr -d - </proc/sys/kernel/random/uuid >"$root"/etc/machine-id
ssh-keygen -q -t ed25519 -N '' -C vm -f ${quote(`${aside}/host`)}
ssh-keygen -q -t ed25519 -N '' -C operator -f ${quote(`${aside}/login`)}
install -m 0600 ${quote(`${aside}/host`)} "$root"/etc/ssh/ssh_host_ed25519_key
install -m 0644 ${quote(`${aside}/host.pub`)} "$root"/etc/ssh/ssh_host_ed25519_key.pub
own='-o ${operator.uid} -g ${operator.gid}'
install -d -m 0700 $own "$root"/home/operator/.ssh
install -m 0600 $own ${quote(`${aside}/login.pub`)} "$root"/home/operator/.ssh/authorized_keys
`

/**
 * sh. Makes the folder `image` with a disk, a kernel and keys, in place of others of its release, or leaves the one that is
 * there. Built aside and renamed, so that a build that was killed is never taken for a finished one.
 */
export const vmScript = (image: string, { release, sources, ways }: Recipe): string => {
  const aside = `${image}.building`
  const root = `${aside}/root`
  const hooks = [customise(asSeenWithin(sources, ways)), settle(aside, ways)]
  return `set -eu
[ ! -e ${command(image)} ] || exit 0
rm -rf ${command(`${dirname(image)}/${release}-`)}*
mkdir -m 0700 ${command(aside)}
${bootstrap({ release, sources, packages: ofMachines, hooks, folder: root })}
cp ${command(`${root}/vmlinuz`)} ${command(`${aside}/kernel`)}
cp ${command(`${root}/initrd.img`)} ${command(`${aside}/initrd`)}
mke2fs -q -t ext4 -d ${command(root)} ${command(`${aside}/disk`)} 6G
rm -rf ${command(root)}
sync -f ${command(aside)}
mv ${command(aside, image)}
`
}
