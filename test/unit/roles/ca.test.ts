import { describe, expect, test } from 'vitest'
import type { Certificate } from '../../../engine/core/certificate.ts'
import { isSecret, secretOf } from '../../../engine/core/secret.ts'
import ca from '../../../roles/ca/index.ts'
import { CaSettings } from '../../../roles/ca/settings.ts'
import { facts, hostView as host, siteView as site } from '../converge/support/site.ts'

const authority = '-----BEGIN CERTIFICATE-----\nMIIB\nWiTH+tHe/sIgnature\nAAA=\n-----END CERTIFICATE-----\n'
const issued = (name: string): Certificate => ({ key: secretOf(`key of ${name}`), certificate: `${name}\n`, authority })
const contextOf = (said: object) => ({ settings: CaSettings.parse(said), host: { ...host, facts }, site })

const described = (said: object = {}) => {
  const declarations = ca.resources({
    ...contextOf(said),
    render: () => '',
    certificate: issued,
    authority: () => authority,
  })
  return new Map(declarations.map((each) => [each.key, { ...(each.spec as object), ...each.attachments }]))
}

test('a host has the certificate of the authority, for everybody to read', () => {
  expect(described().get('file:/etc/fettle/ca.pem')).toEqual({
    state: 'present',
    path: '/etc/fettle/ca.pem',
    content: authority,
  })
  expect(ca.certificates?.(contextOf({}))).toEqual([])
})

describe('a certificate for a program of the user’s', () => {
  test('is for the host’s own names where none are said', () => {
    const certificates = { shop: {}, mail: { names: ['mail.example.org'], uses: ['server'] } }
    expect(ca.certificates?.(contextOf({ certificates }))).toEqual([
      { name: 'shop', names: [host.name, host.address], uses: ['server', 'client'] },
      { name: 'mail', names: ['mail.example.org'], uses: ['server'] },
    ])
  })

  test.each([
    [{}, { owner: 'root', mode: '0600' }],
    [{ owner: 'shop' }, { owner: 'shop', mode: '0600' }],
    [
      { owner: 'shop', group: 'mail' },
      { owner: 'shop', group: 'mail', mode: '0640' },
    ],
  ])('has a key that only its owner and group read: %o', (said, kept) => {
    const placed = described({ certificates: { shop: { ...said, reloads: ['shop.service'] } } })
    const { content, ...key } = placed.get('file:/etc/fettle/certificates/shop.key') as { readonly content: unknown }
    expect(isSecret(content)).toBe(true)
    expect(key).toEqual({
      state: 'present',
      path: '/etc/fettle/certificates/shop.key',
      reloads: ['shop.service'],
      restarts: [],
      ...kept,
    })
    expect(placed.get('file:/etc/fettle/certificates/shop.pem')).toMatchObject({ content: 'shop\n' })
  })
})

describe('the trust of the whole system', () => {
  const path = '/usr/local/share/ca-certificates/fettle.crt'

  test('is told by the certificate itself: another one is one that is not trusted yet', () => {
    const placed = described({ systemTrust: true })
    expect(placed.get(`file:${path}`)).toEqual({ state: 'present', path, content: authority })
    expect(placed.get('command:have all programs trust the authority of the site')).toMatchObject({
      unless: 'grep -qxF WiTH+tHe/sIgnature /etc/ssl/certs/ca-certificates.crt',
    })
  })

  test('ends where it is not wanted', () => {
    expect(described().get(`file:${path}`)).toMatchObject({ state: 'absent' })
  })
})

test.each([
  [{ days: 30, renewBefore: 30 }, false],
  [{ days: 30, renewBefore: 29 }, true],
  [{ days: 826 }, false],
  [{ certificates: { '../shop': {} } }, false],
  [{ certificates: { shop: { uses: [] } } }, false],
])('settings %o', (said, isGood) => expect(CaSettings.safeParse(said).success).toBe(isGood))
