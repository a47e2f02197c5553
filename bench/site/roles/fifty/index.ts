import {
  apt,
  authorizedKeys,
  defineRole,
  directory,
  file,
  group,
  type RoleContext,
  service,
  sysctl,
  user,
  z,
} from 'fettle'

const settings = z.strictObject({ revision: z.int().default(1) })
const validate = { name: 'nginx', script: 'nginx -t' }
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl bench'
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

/** The workload of the measurements: 5 packages, 20 rendered files, and the rest of an ordinary web server. */
export default defineRole({
  name: 'fifty',
  summary: 'Fifty ordinary resources.',
  settings,
  resources: (context) => [
    ...['nginx', 'cron', 'logrotate', 'rsync', 'curl'].map((name) => apt.installed({ name, recommends: false })),
    group.present({ name: 'bench' }),
    user.present({ name: 'bench', groups: ['bench'] }),
    authorizedKeys.present({ user: 'bench', keys: [key] }),
    directory.present({ path: '/srv/bench' }),
    ...upTo(9).map((index) => directory.present({ path: `/srv/bench/d${index}` })),
    ...upTo(20).map((index) => server(context, index)),
    file.absent({ path: '/etc/nginx/sites-enabled/default', validate, reloads: ['nginx.service'] }),
    sysctl.set({ key: 'net.ipv4.ip_nonlocal_bind', value: '1' }),
    ...upTo(3).map((index) => file.present({ path: `/etc/logrotate.d/bench${index}`, content: logrotate(index) })),
    ...upTo(2).map((index) => file.present({ path: `/etc/cron.d/bench${index}`, content: cron(index) })),
    ...['nginx', 'cron', 'ssh'].map((name) => service.running({ unit: `${name}.service` })),
  ],
})

const server = ({ settings: { revision }, render }: RoleContext<z.output<typeof settings>>, index: number) =>
  file.present({
    path: `/etc/nginx/sites-enabled/server${index}.conf`,
    content: render('fifty/server.conf', {
      name: `server${index}`,
      port: 8000 + index,
      // One of the twenty changes with the revision.
      revision: index === 0 ? revision : 1,
      aliases: ['one', 'two', 'three'],
    }),
    validate,
    reloads: ['nginx.service'],
  })

const logrotate = (index: number): string => `/var/log/bench${index}.log {\n  weekly\n  rotate 4\n  missingok\n}\n`
const cron = (index: number): string => `${index} 3 * * * root true\n`
