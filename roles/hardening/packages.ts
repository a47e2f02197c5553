import { apt } from '../../engine/resources/apt.ts'
import { service } from '../../engine/resources/service.ts'
import type { HardeningControl } from './control.ts'

export const packages: readonly HardeningControl[] = [
  {
    name: 'plain-text-services',
    title: 'no programs that send passwords as they are',
    why: 'somebody would use them',
    reference: 'CIS: client services; Lynis INSE-8000 and following',
    resources: () => plainText.map((name) => apt.absent({ name })),
  },
  {
    name: 'upgrade-news',
    title: 'who upgrades by hand is shown first what changes for people',
    why: 'a default that became safer may need something of yours',
    reference: 'Lynis DEB-0811',
    resources: () => [apt.installed({ name: 'apt-listchanges' })],
  },
  {
    name: 'services-off',
    title: 'services that nobody needs cannot be started',
    why: 'what does not run has no holes',
    reference: 'CIS: server services',
    onRequest: { setting: 'servicesOff: [UNIT]', isAsked: ({ servicesOff }) => servicesOff.length > 0 },
    resources: ({ settings }) => settings.servicesOff.map((name) => service.masked({ unit: name })),
  },
]

const plainText = [
  'inetutils-telnet',
  'inetutils-telnetd',
  'nis',
  'rsh-client',
  'rsh-redone-client',
  'rsh-redone-server',
  'rsh-server',
  'talk',
  'talkd',
  'telnet',
  'telnetd',
  'tftpd',
  'xinetd',
]
