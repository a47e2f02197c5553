import type { Fact } from '../core/fact.ts'
import type { Arrival, Disk, HostFacts, NetworkInterface, OperatingSystem } from '../core/host.ts'

/** Base facts. Two processes: `df`, `ip`; the shell reads the rest. */
export const hostFacts: Fact<null, HostFacts> = {
  name: 'host',

  script: () => `
say() { printf '%s %s\\n' "$1" "$2"; }
first() { value=; IFS= read -r value 2>/dev/null <"$2"; say "$1" "$value"; }
set -- /var/lib/dpkg/info/libc6:*.list
architecture=\${1##*:}
[ $# -eq 1 ] && [ -e "$1" ] && say architecture "\${architecture%.list}" ||
  say architecture "$(dpkg --print-architecture 2>/dev/null)"
first hostname /proc/sys/kernel/hostname
first cpus /sys/devices/system/cpu/online
first memory /proc/meminfo
first uptime /proc/uptime
first bootId /proc/sys/kernel/random/boot_id
[ -e /run/reboot-required ] || [ -e /var/run/reboot-required ] && say reboot required
while IFS= read -r value; do
  case $value in 'Max open files'*) say openFiles "$value" ;; esac
done </proc/1/limits
[ -e /run/systemd/container ] && say container yes
while IFS= read -r value; do say os "$value"; done 2>/dev/null </etc/os-release
# sudo takes it out of the environment, and still has it in its own; the shell drops what separates the entries there.
value=\${SSH_CONNECTION:+SSH_CONNECTION=$SSH_CONNECTION}
[ -n "$value" ] || IFS= read -r value 2>/dev/null <"/proc/$PPID/environ"
case $value in *SSH_CONNECTION=*)
  value=\${value#*SSH_CONNECTION=}
  say arrival "\${value%%[A-Z_]*}"
  say login "\${SUDO_USER:-$LOGNAME}" ;;
esac
for value in /sys/class/net/*; do [ -d "$value" ] && say interface "\${value##*/}"; done
echo disks:
df -l -x tmpfs -x devtmpfs -x squashfs -x efivarfs -B1 --output=size,avail,source,target 2>/dev/null
echo addresses:
ip -o addr 2>/dev/null
:`,

  parse: (output) => {
    const [words = '', disks = '', addresses = ''] = output.split(/^(?:disks|addresses):\n/m)
    const said = readWords(words)
    const one = (word: string) => said.get(word)?.[0] ?? ''
    return [
      {
        os: readSystem(said.get('os') ?? [], one('architecture')),
        hostname: one('hostname'),
        cpus: countRange(one('cpus')),
        memory: Number(/(\d+) kB/.exec(one('memory'))?.[1] ?? 0) * 1024,
        openFiles: Number(/ (\d+) +files/.exec(one('openFiles'))?.[1] ?? 1024),
        disks: disks.split('\n').flatMap(readDisk),
        interfaces: readInterfaces(said.get('interface') ?? [], addresses.split('\n')),
        uptime: Number(one('uptime').split(' ')[0]),
        bootId: one('bootId'),
        rebootRequired: said.has('reboot'),
        container: said.has('container'),
        arrival: readArrival(one('arrival'), one('login')),
      },
    ]
  },
}

const readWords = (output: string): ReadonlyMap<string, readonly string[]> => {
  const said = new Map<string, string[]>()
  for (const line of output.split('\n')) {
    const [, word, value] = /^(\w+) (.*)$/.exec(line) ?? []
    if (word !== undefined && value !== undefined) said.set(word, [...(said.get(word) ?? []), value])
  }
  return said
}

/** `os-release` is shell text: words in quotes, with backslashes. It is read, never run. */
const readSystem = (lines: readonly string[], architecture: string): OperatingSystem => {
  const values = new Map(
    lines.map((line) => {
      const [, name = '', value = ''] = /^(\w+)=(.*)$/.exec(line) ?? []
      const bare = /^(["'])(.*)\1\s*$/.exec(value)?.[2] ?? value.trim()
      return [name, bare.replace(/\\(.)/g, '$1')]
    }),
  )
  return {
    id: values.get('ID') ?? '',
    version: values.get('VERSION_ID') ?? '',
    codename: values.get('VERSION_CODENAME') ?? '',
    name: values.get('PRETTY_NAME') ?? values.get('NAME') ?? '',
    architecture,
  }
}

/** `0-3,8` are five. */
const countRange = (ranges: string): number =>
  ranges
    .split(',')
    .map((range) => range.split('-').map(Number))
    .reduce((sum, [from = 0, to = from]) => sum + to - from + 1, 0)

/** `192.0.2.7 51022 192.0.2.1 22`, and behind it whatever came next. */
const readArrival = (text: string, user: string): Arrival | null => {
  const [, from, port] = /^([\da-fA-F.:]+)(?:%\w+)? \d+ \S+ (\d+)/.exec(text) ?? []
  return from === undefined ? null : { from, port: Number(port), ...(user !== '' && { user }) }
}

const readDisk = (line: string): Disk[] => {
  const [, size, free, device, mount] = /^\s*(\d+)\s+(\d+)\s+(\S.*?)\s+(\/.*)$/.exec(line) ?? []
  return device && mount ? [{ mount, device, size: Number(size), free: Number(free) }] : []
}

const readInterfaces = (names: readonly string[], lines: readonly string[]): NetworkInterface[] => {
  const addresses = lines.flatMap((line) => {
    const [, name, address] = /^\d+:\s+(\S+)\s+inet6?\s+(\S+)/.exec(line) ?? []
    return name && address ? [{ name, address: withPrefix(address) }] : []
  })
  return names.map((name) => ({
    name,
    addresses: addresses.filter((entry) => entry.name === name).map((entry) => entry.address),
  }))
}

/** The far end of a point-to-point link carries the prefix; our own end is one address. */
const withPrefix = (address: string): string =>
  address.includes('/') ? address : `${address}/${address.includes(':') ? 128 : 32}`
