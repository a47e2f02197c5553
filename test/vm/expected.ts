/** What holds on a host of the role hardening, in the words of its kernel and of auditd. */

export const sysctls: Readonly<Record<string, string>> = {
  'dev.tty.ldisc_autoload': '0',
  'fs.protected_fifos': '2',
  'fs.protected_hardlinks': '1',
  'fs.protected_regular': '2',
  'fs.protected_symlinks': '1',
  'fs.suid_dumpable': '0',
  'kernel.dmesg_restrict': '1',
  'kernel.kptr_restrict': '2',
  'kernel.randomize_va_space': '2',
  'kernel.sysrq': '0',
  'kernel.unprivileged_bpf_disabled': '1',
  'kernel.yama.ptrace_scope': '1',
  'net.core.bpf_jit_harden': '2',
}

const watch = (path: string, key: string) => `-w ${path} -p wa -k fettle-${key}`
const byPeople = (calls: string, key: string) =>
  `-a always,exit -F arch=b64 -S ${calls} -F auid>=1000 -F auid!=-1 -F key=fettle-${key}`

/** As `auditctl -l` words them. */
export const auditRules: readonly string[] = [
  ...['passwd', 'group', 'shadow', 'gshadow'].map((name) => watch(`/etc/${name}`, 'accounts')),
  ...['sudoers', 'sudoers.d', 'pam.d', 'ssh/sshd_config', 'ssh/sshd_config.d'].map((name) =>
    watch(`/etc/${name}`, 'rights'),
  ),
  watch('/etc/localtime', 'time'),
  byPeople('settimeofday,clock_settime', 'time'),
  byPeople('init_module,delete_module,finit_module', 'modules'),
  byPeople('mount,umount2', 'mounts'),
  watch('/etc/audit', 'audit'),
  watch('/var/log/audit', 'audit'),
]

/** What an operator does with sudo, and the key under which it is written down. */
export const audited: readonly (readonly [key: string, script: string])[] = [
  ['accounts', 'useradd --no-create-home mallory && userdel mallory'],
  ['rights', 'touch /etc/sudoers.d/mallory && rm /etc/sudoers.d/mallory'],
  ['time', 'date --set="$(date)"'],
  ['modules', 'modprobe dummy && modprobe -r dummy'],
  ['mounts', 'mount -t tmpfs tmpfs /mnt && umount /mnt'],
  ['audit', 'touch /etc/audit/rules.d/mallory.rules && rm /etc/audit/rules.d/mallory.rules'],
]

export const modules = {
  'rare-filesystems': ['cramfs', 'freevxfs', 'hfs', 'hfsplus', 'jffs2'],
  'rare-protocols': ['dccp', 'rds', 'sctp', 'tipc'],
  'usb-storage': ['uas', 'usb-storage'],
} as const

/** What only root may, tried by somebody else. */
export const refused: readonly (readonly [control: string, script: string])[] = [
  ['kernel-log', 'dmesg'],
  ['kernel-addresses', "grep -qv '^00000000' /proc/kallsyms"],
  ['rare-protocols', `python3 -c 'import socket; socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132)'`],
]
