import type { PracticeHost } from '../harness.ts'

/** The way to a practice host as an inventory says it. */
export const wayTo = (host: PracticeHost, more: Readonly<Record<string, unknown>> = {}): object => ({
  ansible_host: host.address,
  ansible_user: host.user,
  ansible_ssh_private_key_file: host.keyFile,
  fettle_known_hosts: [host.knownHosts],
  ...more,
})

/** An inventory with one group. JSON is YAML. */
export const inventoryOf = (hosts: Readonly<Record<string, object>>): string => JSON.stringify({ notes: { hosts } })

/** What Fettle could have changed on a host: every file with size, owner, mode and time. Log-ins leave no trace in it. */
export const stateOf = async (host: PracticeHost): Promise<string> => {
  const { stdout, stderr } = await host.sh(`
find /etc /home /opt /root /srv /usr/local /var/lib /var/spool \\
  \\( -path /var/lib/systemd -o -path /var/lib/sudo -o -path /var/lib/dhcp \\) -prune -o \\
  -printf '%p %y %u:%g %m %s %T@ %l\\n' | sort
systemctl list-units --state=active --plain --no-legend --type=service,timer | cut -d' ' -f1 | grep -v '@' | sort`)
  return stdout + stderr
}

/** A site of one role, which keeps a note on a host. */
export const notes = {
  'site.yml': 'name: bad\ngroups:\n  notes:\n    notes:\n      text: hello\n',
  'templates/notes/note': 'For {{ host }}: {{ text }}\n',
  'roles/notes/index.ts': `import { command, defineRole, file, z } from 'fettle'

const settings = z.strictObject({
  text: z.string().default('none'),
  path: z.string().default('/etc/note'),
  runs: z.string().nullable().default(null),
})

export default defineRole({
  name: 'notes',
  summary: 'Keeps a note on the host.',
  settings,
  resources: ({ settings, host, render }) => [
    file.present({ path: settings.path, content: render('notes/note', { host: host.name, text: settings.text }) }),
    ...(settings.runs === null ? [] : [command.run({ name: 'take its time', script: settings.runs, creates: '/etc/done' })]),
  ],
})
`,
} as const
