/** Maps of a balancer that Fettle changes while it runs. */
export const balancerMaps = {
  /** Backends that are in maintenance. */
  maintenance: '/etc/haproxy/maintenance.map',
  /** The newest promotion of each database cluster that it has heard of: older writers are none to it. */
  promotions: '/etc/haproxy/databases.map',
} as const

/** Judges HAProxy's whole configuration: the script of a validator. */
export const haproxyJudges = 'haproxy -c -f /etc/haproxy/haproxy.cfg'

/** A program on each balancer that fails where HAProxy does not answer within two seconds. */
export const haproxyServes = '/usr/local/lib/fettle/haproxy-serves'

/** A program on each balancer that has HAProxy show a certificate which is on disk, and tells which one it shows. */
export const haproxyCertificate = '/usr/local/lib/fettle/haproxy-certificate'

/** The certificate that a balancer got by a name: key and chain in one file, of the host alone. */
export const certificateFile = (name: string): string => `${certificateFolder}/${name}.pem`

/** The same of one that people bring: it may go without the other. No name of a certificate has a dot. */
export const ownCertificateFile = (name: string): string => `${certificateFolder}/own.${name}.pem`

export const certificateFolder = '/etc/haproxy/certificates'

/** What challenges of an authority are answered with: a line `account THUMBPRINT`. */
export const challengeMap = '/etc/haproxy/challenge.map'
