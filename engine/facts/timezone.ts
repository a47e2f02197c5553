import type { Fact } from '../core/fact.ts'

export interface TimezoneAnswer {
  /** What `/etc/localtime` points to; null where it is no link. */
  readonly target: string | null
  /** Debian's second place for the zone's name; null where the release has none. */
  readonly file: string | null
}

export const timezone: Fact<null, TimezoneAnswer> = {
  name: 'timezone',

  script: () => `
file=
IFS= read -r file 2>/dev/null </etc/timezone
[ -e /etc/timezone ] && printf '=%s\\n' "$file" || echo -
readlink /etc/localtime
:`,

  parse: (output) => {
    const [file = '-', target = ''] = output.split('\n')
    return [{ target: target || null, file: file === '-' ? null : file.slice(1) }]
  },
}
