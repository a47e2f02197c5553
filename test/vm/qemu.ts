import type { VmImage } from './image.ts'
import { forwards } from './outward.ts'

export interface Launch {
  readonly image: VmImage
  /** On this machine's loopback; leads to the virtual machine's port 22. */
  readonly port: number
  /** A file for what it says on its serial line. */
  readonly console: string
}

/**
 * An argument vector. What is written to its disk is gone with it, and it is gone with whoever started it, even if that is
 * killed. A memory stick is plugged in.
 */
export const qemu = ({ image: { folder, ways }, port, console }: Launch): readonly [string, ...string[]] => [
  ...(['setpriv', '--pdeathsig', 'KILL', 'qemu-system-x86_64'] as const),
  ...['-nodefaults', '-no-user-config', '-display', 'none', '-serial', `file:${console}`],
  ...['-machine', 'q35,accel=tcg', '-cpu', 'max,la57=off', '-smp', '2', '-m', '1536'],
  ...['-kernel', `${folder}/kernel`, '-initrd', `${folder}/initrd`],
  ...['-append', 'root=/dev/vda rw console=ttyS0 quiet'],
  ...['-drive', `file=${folder}/disk,format=raw,if=virtio,snapshot=on`],
  ...['-netdev', ['user,id=cable,restrict=on', `hostfwd=tcp:127.0.0.1:${port}-:22`, ...forwards(ways)].join(',')],
  ...['-device', 'virtio-net-pci,netdev=cable,romfile=', '-device', 'virtio-rng-pci'],
  ...['-blockdev', 'driver=null-co,node-name=stick,size=16777216,read-zeroes=on'],
  ...['-device', 'qemu-xhci', '-device', 'usb-storage,drive=stick'],
]
