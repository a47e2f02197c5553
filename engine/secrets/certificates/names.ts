import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** The one way to write a name: addresses shortest, DNS names small. */
export const plainName = (name: string): string =>
  isIP(name) === 0 ? name.toLowerCase() : ipaddr.parse(name).toString()

/** Each once, in their order. */
export const plainNames = (names: readonly string[]): readonly string[] => [...new Set(names.map(plainName))]

/** The names in what Node says of a certificate: `DNS:db1, IP Address:10.0.0.1`. */
export const namesIn = (alternatives: string | undefined): readonly string[] =>
  plainNames((alternatives ?? '').split(', ').flatMap((each) => /^(?:DNS|IP Address):(.+)$/.exec(each)?.[1] ?? []))

/** The same names, and the same one first, which is the common name. */
export const areSameNames = (a: readonly string[], b: readonly string[]): boolean =>
  a[0] === b[0] && a.length === b.length && new Set([...a, ...b]).size === a.length
