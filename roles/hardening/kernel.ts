import type { Validator } from '../../engine/core/resource.ts'
import { command } from '../../engine/resources/command.ts'
import { file } from '../../engine/resources/file.ts'
import { sysctl } from '../../engine/resources/sysctl.ts'
import type { HardeningControl } from './control.ts'

const machine = true

/** The same on every kernel that Debian and Ubuntu have brought for years. */
const settings = (values: Readonly<Record<string, number>>) => () =>
  Object.entries(values).map(([key, value]) => sysctl.set({ key, value }))

export const kernel: readonly HardeningControl[] = [
  {
    name: 'kernel-addresses',
    title: 'where the kernel is in memory is told to nobody, and differs with every start',
    why: 'an attack on the kernel must know addresses first',
    reference: 'CIS: process hardening; Lynis KRNL-6000',
    machine,
    resources: settings({ 'kernel.kptr_restrict': 2, 'kernel.randomize_va_space': 2 }),
  },
  {
    name: 'kernel-log',
    title: 'only root reads what the kernel says',
    why: 'it tells addresses, and what hardware there is',
    reference: 'dev-sec: os-hardening; Lynis KRNL-6000',
    machine,
    resources: settings({ 'kernel.dmesg_restrict': 1 }),
  },
  {
    name: 'kernel-bpf',
    title: 'only root loads programs into the kernel',
    why: 'its verifier has had many holes',
    reference: 'Lynis KRNL-6000',
    machine,
    resources: settings({ 'kernel.unprivileged_bpf_disabled': 1, 'net.core.bpf_jit_harden': 2 }),
  },
  {
    name: 'kernel-debugging',
    title: 'a process is debugged by those who started it, and by root',
    why: 'one program of a user cannot read the secrets of another',
    reference: 'CIS: process hardening; Lynis KRNL-6000',
    machine,
    resources: settings({ 'kernel.yama.ptrace_scope': 1 }),
  },
  {
    name: 'kernel-console',
    title: 'no commands to the kernel by keyboard, no drivers of terminals on demand',
    why: 'who reaches the console has not yet the machine',
    reference: 'dev-sec: os-hardening; Lynis KRNL-6000',
    machine,
    resources: settings({ 'kernel.sysrq': 0, 'dev.tty.ldisc_autoload': 0 }),
  },
  {
    name: 'shared-folders',
    title: 'nobody is led astray by links and pipes that others put into /tmp',
    why: 'a program of root that writes there writes what it means to',
    reference: 'dev-sec: os-hardening; Lynis KRNL-6000',
    machine,
    resources: settings({
      'fs.protected_fifos': 2,
      'fs.protected_hardlinks': 1,
      'fs.protected_regular': 2,
      'fs.protected_symlinks': 1,
    }),
  },
  {
    name: 'privileged-dumps',
    title: 'programs with more rights than who started them leave no memory behind',
    why: 'passwords and keys are in it',
    reference: 'CIS: process hardening; Lynis KRNL-6000',
    machine,
    resources: settings({ 'fs.suid_dumpable': 0 }),
  },
  {
    name: 'rare-filesystems',
    title: 'filesystems that no server has cannot be mounted',
    why: 'old drivers meet data that an attacker made',
    reference: 'CIS: filesystem kernel modules',
    machine,
    resources: () => [forbidden('filesystems', ['cramfs', 'freevxfs', 'hfs', 'hfsplus', 'jffs2'])],
  },
  {
    name: 'rare-protocols',
    title: 'protocols that no website speaks cannot be loaded',
    why: 'anybody could have them loaded, and most holes were there',
    reference: 'CIS: network kernel modules; Lynis NETW-3200',
    machine,
    resources: () => [forbidden('protocols', ['dccp', 'rds', 'sctp', 'tipc'])],
  },
  {
    name: 'usb-storage',
    title: 'no disk can be plugged in',
    why: 'who stands before the machine takes nothing away, and brings nothing',
    reference: 'CIS: filesystem kernel modules; Lynis USB-1000',
    machine,
    onRequest: { setting: 'usbStorage: false', isAsked: ({ usbStorage }) => !usbStorage },
    resources: () => [
      forbidden('usb-storage', ['usb-storage', 'uas'], notInUse),
      command.run({
        name: 'have the early boot know the drivers that are forbidden',
        unless: isKnownEarly,
        script: 'update-initramfs -u -k all',
        detached: true,
      }),
    ],
  },
]

/** Whoever starts from such a disk would never start again. */
const notInUse: Validator = {
  name: 'usb-disks',
  script: `in_use=$(findmnt -rnvo SOURCE | grep '^/dev/' | sort -u)
[ -z "$in_use" ] || ! lsblk -nrso TRAN $in_use 2>/dev/null | grep -qx usb || {
  echo 'a disk on USB is in use here' >&2
  exit 1
}`,
}

const rulesOf = (what: string): string => `/etc/modprobe.d/fettle-${what}.conf`

/** An initramfs has the rules of the day when it was made, and loads drivers of disks before anybody reads others. */
const isKnownEarly = `! command -v update-initramfs >/dev/null ||
for kernel in /boot/vmlinuz-*; do
  early=/boot/initrd.img-\${kernel#/boot/vmlinuz-}
  [ ! -e "$early" ] || [ "$early" -nt ${rulesOf('usb-storage')} ] || exit 1
done`

/** What is loaded already stays until the machine starts anew. */
const forbidden = (what: string, modules: readonly string[], validate?: Validator) =>
  file.present({
    ...(validate && { validate }),
    path: rulesOf(what),
    content: `# Written by Fettle (role hardening): changes here are undone by the next run.\n${modules
      .map((name) => `install ${name} /bin/false\nblacklist ${name}\n`)
      .join('')}`,
  })
