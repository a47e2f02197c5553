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
