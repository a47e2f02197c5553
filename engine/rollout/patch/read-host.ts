import type { Upgrade } from '../../core/patch.ts'
import type { HostState } from './host-state.ts'
import { kernelReasons } from './kernels.ts'

/** Reads what `askScript` printed: a word, and what there is to say. */
export const readHost = (output: string): HostState => {
  const lines = output.split('\n').map((line) => /^(\w+) (.*)$/.exec(line) ?? [])
  const of = (word: string) => lines.flatMap(([, first, rest]) => (first === word && rest !== undefined ? [rest] : []))
  const [running = '', image = ''] = of('running')[0]?.split(' ') ?? []
  const said = of('service')
  return {
    bootId: of('boot')[0] ?? '',
    container: of('container').length > 0,
    upgrades: of('Inst').flatMap(readUpgrade),
    unfinished: of('unfinished').length > 0,
    stale: of('needrestart').length > 0 ? servicesBelow(said, /^(Services to be restarted|Restarting services)/) : null,
    deferred: servicesBelow(said, /^Service restarts being (deferred|refused)/),
    reboot: [
      ...kernelReasons({ running, image, built: of('built')[0] ?? '', kernels: of('kernel') }),
      ...of('wanted').map((names) =>
        names.trim() === '' ? 'the host says so' : `for ${names.trim().split(' ').join(', ')}`,
      ),
    ],
    begun: of('begun').length > 0,
    failed: of('failed'),
    out: [...new Set(of('out').map(Number))],
  }
}

/** `libc6 [2.36-9] (2.36-10 Debian:12.9/stable, Debian-Security:12/stable-security [amd64]) []` */
const readUpgrade = (line: string): Upgrade[] => {
  const [, name, from, to, origins = ''] = /^(\S+) (?:\[([^\]]*)\] )?\((\S+) ([^)]*)\)/.exec(line) ?? []
  return name && to ? [{ name, from: from ?? null, to, security: /security/i.test(origins) }] : []
}

/** Commands under a heading, each of which names a service last: ` systemctl restart cron.service`. */
const servicesBelow = (lines: readonly string[], heading: RegExp): string[] => {
  const at = lines.findIndex((line) => heading.test(line))
  const rest = at < 0 ? [] : lines.slice(at + 1)
  const end = rest.findIndex((line) => !line.startsWith(' '))
  return rest.slice(0, end < 0 ? rest.length : end).flatMap((line) => /([^/\s]+)$/.exec(line)?.[1] ?? [])
}
