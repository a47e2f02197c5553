import type { Fact } from '../core/fact.ts'
import { command } from '../core/shell.ts'

/**
 * Where a kernel setting is, from its name with dots or slashes. Whichever comes first separates;
 * the other one stands for itself, as in `net.ipv4.conf.eth0/100.forwarding`.
 */
export const sysctlPath = (key: string): string => {
  const first = /[./]/.exec(key)?.[0]
  const swapped: Readonly<Record<string, string>> = { '.': '/', '/': '.' }
  return `/proc/sys/${first === '/' ? key : key.replace(/[./]/g, (separator) => swapped[separator] ?? separator)}`
}

/** Kernel settings write their columns with tabs. */
export const sysctlValue = (value: string): string => value.trim().split(/\s+/).join(' ')

/**
 * The running value of a kernel setting; null where the kernel has none. One process reads any number,
 * because a shell's own `read` gets no more than the first digit out of these files.
 */
export const sysctl: Fact<string, string | null> = {
  name: 'sysctl',

  script: (keys) => `grep -sH '' -- ${command(...keys.map(sysctlPath))}; :`,

  parse: (output, keys) => {
    const lines = output.split('\n')
    return keys.map((key) => {
      const prefix = `${sysctlPath(key)}:`
      const line = lines.find((candidate) => candidate.startsWith(prefix))
      return line === undefined ? null : sysctlValue(line.slice(prefix.length))
    })
  },
}
