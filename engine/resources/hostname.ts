import { effect, topic } from '../core/fact.ts'
import { compare, inOrder } from '../core/plan.ts'
import { declarer, type Resource } from '../core/resource.ts'
import { script } from '../core/step.ts'
import { hostname as fact, type HostnameAnswer } from '../facts/hostname.ts'
import { path } from '../facts/path.ts'
import { text } from '../facts/text.ts'
import { check } from './check.ts'

interface Spec {
  readonly name: string
}

export const hostnameResource: Resource<Spec, HostnameAnswer> = {
  kind: 'hostname',
  identity: () => 'hostname',
  observe: (_spec, read) => read(fact, null),
  plan: ({ name }, found) => {
    const wanted = { running: name, saved: name }
    const differences = compare({ ...found }, wanted)
    if (differences.length === 0) return inOrder
    const file = '/etc/hostname'
    return {
      action: 'change',
      differences,
      steps: [
        script(`call the host ${name}`, set, {
          args: [name],
          effects: [effect(fact, null, wanted)],
          touches: [topic(fact, null), topic(path, file), topic(text, file)],
        }),
      ],
    }
  },
  stamp: (_spec, { running }) => ({ version: running }),
  stampAfter: ({ name }) => ({ version: name }),
}

const set = `
printf '%s\\n' "$1" >/etc/hostname.fettle~ && mv -f /etc/hostname.fettle~ /etc/hostname &&
hostname "$1"`

const declare = declarer(hostnameResource)

export const hostname = {
  /** The host's own name, now and after every boot. `/etc/hosts` is not touched. */
  set: (spec: Spec) => {
    const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
    const good = spec.name.length <= 64 && spec.name.split('.').every((part) => label.test(part))
    check(good, `${JSON.stringify(spec.name)} is not a host name`, 'small letters, digits and hyphens; at most 64')
    return declare(spec)
  },
}
