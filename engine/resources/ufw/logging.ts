/** How much the firewall writes to the kernel's log, in ufw's words. */
export type Logging = 'off' | 'low' | 'medium' | 'high' | 'full'

export type Policy = 'ACCEPT' | 'DROP' | 'REJECT'
export type Way = 'input' | 'output' | 'forward'
export type Policies = Readonly<Record<Way, Policy>>

const ways: readonly Way[] = ['input', 'output', 'forward']
const levels: readonly Logging[] = ['off', 'low', 'medium', 'high', 'full']
const atLeast = (logging: Logging, level: Logging): boolean => levels.indexOf(logging) >= levels.indexOf(level)

const limit = ' -m limit --limit 3/min --limit-burst 10'

/** What ufw writes of logging into user.rules at a level. */
export const loggingLines = (prefix: string, logging: Logging, policies: Policies): readonly string[] => {
  if (logging === 'off') return ways.map((way) => `-I ${prefix}-user-logging-${way} -j RETURN`)
  const limited = atLeast(logging, 'high') ? '' : limit
  const log = (chain: string, what: string) => `-A ${prefix}-${chain} -j LOG --log-prefix "[UFW ${what}] "${limited}`
  const invalid = `${prefix}-logging-deny -m conntrack --ctstate INVALID`
  return [
    ...ways
      .filter((way) => policies[way] !== 'ACCEPT' || atLeast(logging, 'medium'))
      .map((way) => log(`after-logging-${way}`, policies[way] === 'ACCEPT' ? 'ALLOW' : 'BLOCK')),
    atLeast(logging, 'medium')
      ? `-A ${invalid} -j LOG --log-prefix "[UFW AUDIT INVALID] "${limited}`
      : `-I ${invalid} -j RETURN${limited}`,
    log('logging-deny', 'BLOCK'),
    log('logging-allow', 'ALLOW'),
    ...auditLines(prefix, logging),
  ]
}

const auditLines = (prefix: string, logging: Logging): readonly string[] => {
  if (!atLeast(logging, 'medium')) return []
  const isNew = atLeast(logging, 'high') ? '' : ' -m conntrack --ctstate NEW'
  const limited = atLeast(logging, 'full') ? '' : limit
  return ways.map((way) => `-I ${prefix}-before-logging-${way} -j LOG --log-prefix "[UFW AUDIT] "${isNew}${limited}`)
}
