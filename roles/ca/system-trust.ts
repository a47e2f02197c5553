import type { Declaration } from '../../engine/core/resource.ts'
import { quote } from '../../engine/core/shell.ts'
import { apt } from '../../engine/resources/apt.ts'
import { command } from '../../engine/resources/command.ts'
import { file } from '../../engine/resources/file.ts'

const path = '/usr/local/share/ca-certificates/fettle.crt'
const store = '/etc/ssl/certs'
const link = `${store}/fettle.pem`

/** That all programs trust the authority, or that they do not. */
export const systemTrust = (isWanted: boolean, authority: string): readonly Declaration[] =>
  isWanted ? trusted(authority) : distrusted

const trusted = (authority: string): readonly Declaration[] => [
  apt.installed({ name: 'ca-certificates' }),
  file.present({ path, content: authority }),
  command.run({
    name: 'have all programs trust the authority of the site',
    script: 'update-ca-certificates',
    unless: `grep -qxF ${quote(lineOf(authority))} ${store}/ca-certificates.crt`,
  }),
]

const distrusted: readonly Declaration[] = [
  file.absent({ path }),
  command.run({
    name: 'have no program trust the authority of the site',
    // The link goes last: as long as it is there, this is to be done. With --fresh, all others would be gone for a moment.
    script: `update-ca-certificates\nfind ${store} -xtype l ! -path ${link} -delete\nrm -f ${link}`,
    unless: `[ ! -h ${link} ]`,
  }),
]

/** The last whole line of base64 reaches into the signature: no other certificate has it. */
const lineOf = (pem: string): string => pem.trimEnd().split('\n').at(-3) ?? ''
