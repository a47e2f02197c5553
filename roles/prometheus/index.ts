import { groupBy } from '../../engine/core/group-by.ts'
import type { Declaration, Validator } from '../../engine/core/resource.ts'
import { defineRole, type RoleContext } from '../../engine/core/role.ts'
import { apt } from '../../engine/resources/apt.ts'
import { file } from '../../engine/resources/file.ts'
import { service } from '../../engine/resources/service.ts'
import { PrometheusSettings } from './settings.ts'
import { alertsOf, endpointOf, targetsOf } from './targets.ts'

type Context = RoleContext<PrometheusSettings>

const folder = '/etc/prometheus'
const rules = { own: `${folder}/fettle.rules.yml`, further: `${folder}/site.rules.yml` }
const account = 'prometheus'
const collector = 'prometheus.service'
const teller = 'prometheus-alertmanager.service'

const collects: Validator = { name: 'prometheus', script: `promtool check config ${folder}/prometheus.yml` }
const tells: Validator = { name: 'alertmanager', script: `amtool check-config ${folder}/alertmanager.yml` }

export default defineRole({
  name: 'prometheus',
  summary:
    'Collects the figures that hosts tell of themselves, and tells somebody when they are not as they should be.',
  settings: PrometheusSettings,

  resources: (context) => [...collecting(context), ...telling(context)],

  listens: ({ settings: { port, from } }) =>
    from ? [{ port, protocol: 'tcp', from, why: 'figures and alerts of all hosts' }] : [],

  watches: true,

  health: ({ settings: { port } }) => [{ http: `http://127.0.0.1:${port}/-/ready`, status: 200 }, { unit: teller }],
})

const collecting = (context: Context): Declaration[] => {
  const { settings, site, render } = context
  const targets = targetsOf(context)
  const jobs = [...groupBy(targets, ({ watch }) => watch.job)].map(([job, members]) => ({
    job,
    targets: members.map((target) => ({
      endpoint: endpointOf(target),
      labels: { host: target.host.name, ...target.watch.labels },
    })),
  }))
  const inForce = { validate: collects, reloads: [collector] }
  const words = { ...settings, from_elsewhere: settings.from !== null, rules, site, jobs }
  return [
    // Before the package, which starts it for everybody to see.
    file.present({
      path: '/etc/default/prometheus',
      content: render('prometheus/prometheus.default', words),
      restarts: [collector],
    }),
    apt.installed({ name: 'prometheus', provides: { units: [collector], users: [account], paths: [`${folder}/`] } }),
    file.present({
      path: rules.own,
      content: render('prometheus/rules.yml', { alerts: alertsOf(targets) }),
      ...inForce,
    }),
    file.present({ path: rules.further, content: settings.rules || 'groups: []\n', ...inForce }),
    file.present({ path: `${folder}/prometheus.yml`, content: render('prometheus/prometheus.yml', words), ...inForce }),
    service.running({ unit: collector }),
  ]
}

const telling = ({ settings, render }: Context): Declaration[] => {
  const { wait, repeat } = settings
  const webhooks = Object.entries(settings.webhooks).map(([name, url]) => ({ name, url }))
  const mail = Object.entries(settings.mail).map(([name, letter]) => ({ name, ...letter }))
  return [
    file.present({
      path: '/etc/default/prometheus-alertmanager',
      content: render('prometheus/alertmanager.default', {}),
      restarts: [teller],
    }),
    apt.installed({ name: 'prometheus-alertmanager', provides: { units: [teller], users: [account] } }),
    file.present({
      path: `${folder}/alertmanager.yml`,
      content: render('prometheus/alertmanager.yml', { wait, repeat, webhooks, mail }),
      ...{ owner: 'root', group: account, mode: '0640' },
      validate: tells,
      reloads: [teller],
    }),
    service.running({ unit: teller }),
  ]
}
