/** Where practice hosts may go beyond their own network. */
export interface Outward {
  /** Address and TCP port of package mirrors and proxies. */
  readonly packages: readonly { readonly address: string; readonly port: number }[]
  /** Addresses of name servers. */
  readonly nameservers: readonly string[]
}

export interface Firewall {
  readonly table: string
  readonly bridge: string
  readonly subnet: string
  readonly outward: Outward
}

const set = (name: string, type: string, elements: readonly string[]): string =>
  `set ${name} {
    type ${type}${elements.length > 0 ? `\n    elements = { ${[...new Set(elements)].join(', ')} }` : ''}
  }`

/**
 * Packages and names may be fetched, through this machine's address; nothing else leaves the lab, and no stranger
 * enters it. Replaces what was there in one transaction.
 */
export const outwardRules = ({ table, bridge, subnet, outward }: Firewall): string => `
add table inet ${table}
delete table inet ${table}
table inet ${table} {
  ${set(
    'packages',
    'ipv4_addr . inet_service',
    outward.packages.map(({ address, port }) => `${address} . ${port}`),
  )}
  ${set('nameservers', 'ipv4_addr', outward.nameservers)}
  chain leaving {
    ct state established,related accept
    ip daddr . tcp dport @packages accept
    ip daddr @nameservers meta l4proto { tcp, udp } th dport 53 accept
    drop
  }
  chain forward {
    type filter hook forward priority filter; policy accept;
    iifname "${bridge}" oifname "${bridge}" accept
    iifname "${bridge}" goto leaving
    oifname "${bridge}" ct state established,related accept
    oifname "${bridge}" drop
  }
  chain input {
    type filter hook input priority filter; policy accept;
    iifname "${bridge}" icmp type echo-request accept
    iifname "${bridge}" goto leaving
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr ${subnet}.0/24 oifname != "${bridge}" masquerade
  }
}
`

/** The bridge drops what passes between two cables that are cut apart, whatever addresses the hosts use. */
export const cutRules = (table: string): string => `
add table bridge ${table}
delete table bridge ${table}
table bridge ${table} {
  ${set('pairs', 'ifname . ifname', [])}
  ${set('alone', 'ifname', [])}
  chain between {
    type filter hook forward priority filter; policy accept;
    iifname . oifname @pairs drop
  }
  chain inward {
    type filter hook input priority filter; policy accept;
    iifname @alone drop
  }
  chain outward {
    type filter hook output priority filter; policy accept;
    oifname @alone drop
  }
}
`

/** The element of a cut between two cables, or between one cable and this machine. */
export const cutElement = (a: string, b: string | null): { readonly set: 'pairs' | 'alone'; readonly text: string } =>
  b === null ? { set: 'alone', text: `{ "${a}" }` } : { set: 'pairs', text: `{ "${a}" . "${b}", "${b}" . "${a}" }` }
