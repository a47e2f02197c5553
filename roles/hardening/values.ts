import { z } from 'zod'
import { isNetwork } from '../networks.ts'

const network = z.string().refine(isNetwork, 'an address or a network, such as 192.0.2.0/24 or 2001:db8::/32')
const path = z.string().regex(/^\/[\w./@+-]*$/, 'an absolute path of letters, digits and . _ @ + -')
const minutes = (most: number) => z.int().min(1).max(most)

const Bans = z.strictObject({
  tries: z.int().min(2).max(100).default(5).describe('Failed log-ins after which an address is banned'),
  within: minutes(1440).default(10).describe('Minutes within which they count'),
  minutes: minutes(10_080).default(60).describe('Minutes of its first ban; each further one is twice as long'),
  longest: minutes(525_600).default(10_080).describe('Minutes of a ban at most'),
  never: z
    .array(network)
    .default([])
    .describe('Never banned, besides the management networks, the controllers and the hosts of the site'),
})

const Integrity = z.strictObject({
  also: z.array(path).default([]).describe('Further folders and files whose change is told'),
  ignore: z
    .array(path)
    .default([
      '/etc/adjtime',
      '/etc/ld.so.cache',
      '/etc/letsencrypt',
      '/etc/lvm/archive',
      '/etc/lvm/backup',
      '/etc/mtab',
      '/etc/resolv.conf',
    ])
    .describe('Folders and files that change by themselves'),
})

const lines = z.string().regex(/^[^\p{Cc}]+(\n[^\p{Cc}]+)*\n?$/u, 'plain lines of text')

/** All settings but the exceptions. */
export const values = {
  banner: lines
    .default(
      'Access to this system is restricted to authorised users.\nConnections are logged and monitored; use without permission is prohibited.',
    )
    .describe('What everybody is told who logs in'),
  bans: Bans.prefault({}).describe('Who fails to log in is kept out for a while (fail2ban)'),
  integrity: Integrity.prefault({}).describe('Files whose change is told (AIDE)'),
  idleMinutes: minutes(1440).default(30).describe('Minutes after which a shell in which nobody types ends'),
  passwordLength: z.int().min(8).max(128).default(14).describe('Characters of a new password, at least'),
  usbStorage: z.boolean().default(true).describe('Whether disks may be plugged in; false forbids it'),
  servicesOff: z
    .array(z.string().regex(/^[\w@][\w:.\\@-]*$/, 'the name of a unit'))
    .default([])
    .describe('Services that are to be off for good, whatever brought them: avahi-daemon, rpcbind'),
} as const

export const Values = z.strictObject(values)
export type Values = z.output<typeof Values>
