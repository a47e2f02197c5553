/** The lines `NAME=value` of a file that a shell reads, each of these names with this value and said once. */
export const withValues = (text: string, values: Readonly<Record<string, string>>): string => {
  const left = new Map(Object.entries(values))
  const lines = text.replace(/\n$/, '').split('\n')
  const kept = lines.flatMap((line) => {
    const name = /^([A-Z0-9_]+)=/.exec(line)?.[1]
    if (name === undefined || values[name] === undefined) return [line]
    const value = left.get(name)
    left.delete(name)
    return value === undefined ? [] : [`${name}=${value}`]
  })
  return [...kept, ...[...left].map(([name, value]) => `${name}=${value}`), ''].join('\n')
}

/** The value that a shell would have in the end, and ufw, which reads the same lines by itself. */
export const valueIn = (lines: readonly string[], name: string): string | null => {
  const said = lines.findLast((line) => line.startsWith(`${name}=`))
  return said === undefined ? null : said.slice(name.length + 1)
}

const begin = '# BEGIN fettle: whatever other rules say, the hosts stay within reach from here'
const end = '# END fettle'
const comment = '"fettle: management"'

export const isOfBlock = (line: string): boolean => line === begin || line === end || line.includes(comment)

/** As `before.rules` has it between its marks, marks included. */
export const blockOf = (lines: readonly string[]): readonly string[] => (lines.length > 0 ? [begin, ...lines, end] : [])

/**
 * A before.rules with these lines as its first rules, in place of the block that was there. No lines, no block.
 */
export const withBlock = (text: string, lines: readonly string[]): string => {
  const rest = text.split('\n').filter((line) => !isOfBlock(line))
  const required = rest.indexOf('# End required lines')
  const at = required >= 0 ? required : rest.findIndex((line) => line.startsWith('-')) - 1
  return [...rest.slice(0, at + 1), ...blockOf(lines), ...rest.slice(at + 1)].join('\n')
}

/** Lets these networks in to these ports, as the lines of a before.rules. */
export const managementLines = (prefix: string, networks: readonly string[], ports: readonly number[]): string[] =>
  networks.flatMap((network) =>
    ports.map(
      (port) =>
        `-A ${prefix}-before-input -p tcp --dport ${port} -s ${network} -m comment --comment ${comment} -j ACCEPT`,
    ),
  )
