import { effect, topic } from '../core/fact.ts'
import { compare, inOrder } from '../core/plan.ts'
import { type Attachments, declarer, type Resource } from '../core/resource.ts'
import { script } from '../core/step.ts'
import { path } from '../facts/path.ts'
import { text } from '../facts/text.ts'
import { timezone as fact, type TimezoneAnswer } from '../facts/timezone.ts'
import { check } from './check.ts'

interface Spec {
  /** As in the tz database: `Europe/Berlin`. */
  readonly name: string
}

const zones = '/usr/share/zoneinfo'

export const timezoneResource: Resource<Spec, TimezoneAnswer> = {
  kind: 'timezone',
  identity: () => 'timezone',
  observe: (_spec, read) => read(fact, null),
  plan: ({ name }, found) => {
    const wanted = { target: `${zones}/${name}`, file: found.file === null ? null : name }
    const differences = compare({ ...found }, wanted)
    if (differences.length === 0) return inOrder
    return {
      action: 'change',
      differences,
      steps: [
        script(`set the time zone to ${name}`, set, {
          args: [name],
          effects: [effect(fact, null, wanted)],
          touches: [
            topic(fact, null),
            ...['/etc/localtime', '/etc/timezone'].flatMap((file) => [topic(path, file), topic(text, file)]),
          ],
        }),
      ],
    }
  },
  stamp: (_spec, { target }) => ({ version: target ?? '' }),
  stampAfter: ({ name }) => ({ version: `${zones}/${name}` }),
}

const set = `
[ -f "${zones}/$1" ] || { echo "this host knows no time zone $1; the zones are in the package tzdata" >&2; exit 1; }
rm -f /etc/localtime.fettle~
ln -s -- "${zones}/$1" /etc/localtime.fettle~ && mv -fT /etc/localtime.fettle~ /etc/localtime || exit
[ ! -e /etc/timezone ] && exit
printf '%s\\n' "$1" >/etc/timezone.fettle~ && mv -f /etc/timezone.fettle~ /etc/timezone`

const declare = declarer(timezoneResource)

export const timezone = {
  /** The host's time zone. Services that should notice at once are named in `restarts`. */
  set: (spec: Spec & Attachments) => {
    const good = /^[A-Za-z0-9_+-]+(\/[A-Za-z0-9_+-]+)*$/.test(spec.name)
    check(good, `${JSON.stringify(spec.name)} is not a time zone`, 'write it like "Europe/Berlin" or "Etc/UTC"')
    return declare(spec)
  },
}
