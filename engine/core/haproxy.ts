/** Maps of a balancer that Fettle changes while it runs. */
export const balancerMaps = {
  /** Backends that are in maintenance. */
  maintenance: '/etc/haproxy/maintenance.map',
  /** The newest promotion of each database cluster that it has heard of: older writers are none to it. */
  promotions: '/etc/haproxy/databases.map',
} as const

/** A program on each balancer that fails where HAProxy does not answer within two seconds. */
export const haproxyServes = '/usr/local/lib/fettle/haproxy-serves'
