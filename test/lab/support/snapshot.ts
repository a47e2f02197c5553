import { foldManifest } from '../../../engine/converge/state/manifest.ts'
import { command } from '../../../engine/core/shell.ts'
import type { PracticeHost } from '../harness.ts'

/** All of a host that a description can change, one entry for each thing, so that two of them compare with a readable diff. */
export type Snapshot = Readonly<Record<string, string>>

const places = ['/etc', '/srv', '/usr/local', '/home', '/var/lib/fettle']

/** What was there before: a step that is done again after it was cut short keeps it once more. */
const earlier = '/var/lib/fettle/generations'

/** Copies that account tools leave of the files before, who has the host, and the manifest, which is compared by what it says. */
const passing = ['/etc/passwd-', '/etc/shadow-', '/etc/group-', '/etc/gshadow-', '/etc/subuid-', '/etc/subgid-']
const holding = ['lease', 'lock', 'heartbeat', 'manifest'].map((name) => `/var/lib/fettle/${name}`)
const excepted = [...passing, ...holding]

/** Also holds the day on which each password was changed last, which is another one for a run that meets midnight. */
const shadow = '/etc/shadow'

/** Units that come and go with log-ins and with whoever asks them something. What has only run at boot does not count either. */
const fleeting =
  '^(session-|user@|user-|run-|systemd-(hostnamed|timedated|localed)|getty@|systemd-tmpfiles-clean\\.service)'

const script = `
find ${command(...places)} -xdev -path ${earlier} -prune -o -printf 'path %p\\t%y %m %u:%g %l\\n'
find ${command(...places)} -xdev -path ${earlier} -prune -o -type f ! -path ${shadow} -exec sha256sum -- {} + | sed -E 's/^([0-9a-f]+) [ *](.*)/content \\2\\t\\1/'
printf 'content ${shadow}\\t%s\\n' "$(awk -F: -v OFS=: '{ $3 = ""; print }' ${shadow} | sha256sum)"
dpkg-query -W -f 'package \${Package}\\t\${db:Status-Abbrev}\${Version}\\n'
apt-mark showmanual | sed 's/.*/chosen &\\tyes/'
systemctl list-unit-files --no-legend --plain --state=enabled,masked | awk '{ print "boot " $1 "\\t" $2 }'
systemctl list-units --no-legend --plain --state=active,failed --type=service,timer,socket |
  awk '$4 != "exited" && $1 !~ /${fleeting}/ { print "unit " $1 "\\t" $3 " " $4 }'
for key in net.ipv4.ip_nonlocal_bind; do printf 'kernel %s\\t%s\\n' "$key" "$(sysctl -n "$key")"; done
printf 'zone \\t%s\\n' "$(date +%Z)"`

export const snapshot = async (host: PracticeHost): Promise<Snapshot> => {
  const { exit, stdout, stderr } = await host.sh(script)
  if (exit !== 0) throw new Error(`no snapshot of ${host.name}: ${stderr}`)
  const entries = stdout.split('\n').flatMap((line) => {
    const [what = '', value] = line.split('\t')
    return value === undefined || excepted.some((path) => what.endsWith(` ${path}`)) ? [] : [[what, value] as const]
  })
  return { ...Object.fromEntries(entries), ...(await records(host)) }
}

/** What the manifest comes to, without moments and history. */
const records = async (host: PracticeHost): Promise<Snapshot> => {
  const manifest = foldManifest((await host.sh('cat /var/lib/fettle/manifest 2>/dev/null')).stdout)
  return Object.fromEntries([
    ...[...manifest.owned].map(([key, { role, origin, version }]) => [`owned ${key}`, `${role} ${origin} ${version}`]),
    ...[...manifest.paid].map(([unit, inputs]) => [
      `paid ${unit}`,
      JSON.stringify(Object.fromEntries([...inputs].sort())),
    ]),
    ...[...manifest.owed].map(([unit, { asks }]) => [`owed ${unit}`, asks]),
  ])
}

/** By unit; 0 where it does not run. */
export const mainPids = async (host: PracticeHost, units: readonly string[]): Promise<Record<string, number>> => {
  const { stdout } = await host.sh(`systemctl show -P MainPID -- ${command(...units)}`)
  const pids = stdout.split('\n').filter((line) => line !== '')
  return Object.fromEntries(units.map((unit, index) => [unit, Number(pids[index])]))
}
