import { run } from './run.ts'

/** A chain of rules, as nft names it. */
export interface Chain {
  readonly family: string
  readonly table: string
  readonly name: string
}

export interface Rule {
  readonly family: string
  readonly table: string
  readonly chain: string
  readonly handle: number
  readonly comment?: string
}

interface Listed {
  readonly chain?: Chain & { readonly hook?: string }
  readonly rule?: Rule
}

/** Reads `nft -j list ruleset`: the chains of other programs through which forwarded packets go, and the lab's rules in them. */
export const readRuleset = (json: string, mark: string): { readonly chains: Chain[]; readonly marked: Rule[] } => {
  const listed = (JSON.parse(json) as { readonly nftables: readonly Listed[] }).nftables
  const isForeign = ({ family, table }: Chain) => /^(ip|inet)$/.test(family) && !table.startsWith('fettle_')
  return {
    chains: listed.flatMap(({ chain }) => (chain?.hook === 'forward' && isForeign(chain) ? [chain] : [])),
    marked: listed.flatMap(({ rule }) => (rule?.comment === mark ? [rule] : [])),
  }
}

/**
 * Lets the lab's packets through the firewalls of others: Docker and ufw drop whatever they do not know, on some
 * machines even between two hosts on one bridge. The lab's own rules still say where its packets may go.
 */
export const openPassage = async (bridge: string): Promise<void> => {
  const { chains, marked } = readRuleset(await run(['nft', '-j', 'list', 'ruleset']), bridge)
  const isOpen = (chain: Chain) =>
    marked.some((rule) => rule.family === chain.family && rule.table === chain.table && rule.chain === chain.name)
  const rules = chains
    .filter((chain) => !isOpen(chain))
    .flatMap(({ family, table, name }) =>
      ['iifname', 'oifname'].map(
        (end) => `insert rule ${family} ${table} ${name} ${end} "${bridge}" accept comment "${bridge}"\n`,
      ),
    )
  if (rules.length > 0) await run(['nft', '-f', '-'], { input: rules.join('') })
}

export const closePassage = async (bridge: string): Promise<void> => {
  const { marked } = readRuleset(await run(['nft', '-j', 'list', 'ruleset']), bridge)
  const rules = marked.map(
    ({ family, table, chain, handle }) => `delete rule ${family} ${table} ${chain} handle ${handle}\n`,
  )
  if (rules.length > 0) await run(['nft', '-f', '-'], { input: rules.join('') })
}
