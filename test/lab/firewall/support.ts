import { command } from '../../../engine/core/shell.ts'
import type { PracticeHost } from '../harness.ts'

/** This machine, as practice hosts see it. */
export const managementOf = (host: PracticeHost): string => host.address.replace(/\d+$/, '1')

/** What becomes of connections from a host: `open`, `closed` by a port nobody listens on, `filtered`, or the error. */
export const tryFrom = async (host: PracticeHost, ends: readonly string[]): Promise<Record<string, string>> => {
  const tries = ends.map((end) => {
    const [address = '', port = ''] = end.split(' ')
    return `${command('try', end, address, port)} &`
  })
  const { stdout } = await host.sh(`
try() {
  said=$(LC_ALL=C timeout 2 bash -c '</dev/tcp/$0/$1' "$2" "$3" 2>&1)
  case $?:$said in
    0:) said=open ;;
    124:) said=filtered ;;
    *refused*) said=closed ;;
  esac
  echo "$1=$said"
}
${tries.join('\n')}
wait`)
  return Object.fromEntries(stdout.split('\n').flatMap((line) => (line.includes('=') ? [line.split('=')] : [])))
}

/** All that ufw is told, and all that the kernel does because of it. */
export const firewallOf = async (host: PracticeHost): Promise<string> => {
  const files = ['ufw.conf', 'before.rules', 'before6.rules', 'user.rules', 'user6.rules'].map(
    (name) => `/etc/ufw/${name}`,
  )
  const { exit, stdout, stderr } = await host.sh(`
for file in /etc/default/ufw ${files.join(' ')}; do stat -c '%n %U:%G %a' $file; cat $file; done
iptables -S; ip6tables -S
systemctl is-active ufw; systemctl is-enabled ufw; :`)
  if (exit !== 0) throw new Error(`${host.name} did not say: ${stderr}`)
  return stdout
}
