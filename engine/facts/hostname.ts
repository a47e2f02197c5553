import type { Fact } from '../core/fact.ts'

export interface HostnameAnswer {
  readonly running: string
  /** The first line of `/etc/hostname`: the name after the next boot. */
  readonly saved: string
}

/** No process at all. */
export const hostname: Fact<null, HostnameAnswer> = {
  name: 'hostname',

  script: () => `
running= saved=
IFS= read -r running </proc/sys/kernel/hostname
IFS= read -r saved 2>/dev/null </etc/hostname
printf '%s\\n' "$running" "$saved"`,

  parse: (output) => {
    const [running = '', saved = ''] = output.split('\n')
    return [{ running, saved: saved.trim() }]
  },
}
