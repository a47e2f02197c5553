import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { replacedCertificates } from '../../engine/secrets/certificates/replace-all.ts'
import { authorityOf, issue, keptOf, needed, onDay } from '../unit/secrets/certificates/support.ts'

const folder = mkdtempSync(join(tmpdir(), 'fettle-openssl-'))
afterAll(() => rmSync(folder, { recursive: true }))

const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

const openssl = async (...args: readonly string[]) => {
  const { exitCode, all } = await execa('openssl', args, { all: true, reject: false })
  return { exit: exitCode, said: all }
}

const names = ['db1.example.org', '10.0.0.1', '2001:db8::1', '*.db.example.org']
const everything = [
  needed({ names }),
  needed({ name: 'server', names, uses: ['server'] }),
  needed({ name: 'client', names, uses: ['client'] }),
  needed({ name: 'long', names: [`${'a'.repeat(60)}.example.org`] }),
]

/** As openssl takes it. */
const inDays = (days: number): string => String(Math.floor(Date.now() / 1000) + days * 86_400)

let entries: Awaited<ReturnType<typeof issue>>
let authority: string

beforeAll(async () => {
  entries = await issue(everything, new Date())
  authority = write('ca.pem', authorityOf(entries).certificate)
})

const fileOf = (name: string) => write(`${name}.pem`, keptOf(entries, `ca.db1.${name}`).certificate)
const verify = (name: string, ...options: readonly string[]) =>
  openssl('verify', '-x509_strict', '-CAfile', authority, ...options, fileOf(name))

describe('openssl accepts', () => {
  test.each([
    ['for a server', 'mysql', ['-purpose', 'sslserver']],
    ['for a client', 'mysql', ['-purpose', 'sslclient']],
    ['one for servers alone', 'server', ['-purpose', 'sslserver']],
    ['one for clients alone', 'client', ['-purpose', 'sslclient']],
    ['its DNS name', 'mysql', ['-verify_hostname', 'db1.example.org']],
    ['a name that its pattern stands for', 'mysql', ['-verify_hostname', 'a.db.example.org']],
    ['its IPv4 address', 'mysql', ['-verify_ip', '10.0.0.1']],
    ['its IPv6 address', 'mysql', ['-verify_ip', '2001:db8::1']],
    ['one whose name is too long for a subject', 'long', ['-verify_hostname', `${'a'.repeat(60)}.example.org`]],
  ])('a certificate %s', async (_, name, options) => {
    expect(await verify(name, ...options)).toEqual({ exit: 0, said: `${folder}/${name}.pem: OK` })
  })
})

describe('openssl refuses', () => {
  test.each([
    ['another name', 'mysql', ['-verify_hostname', 'db2.example.org'], 'hostname mismatch'],
    ['another address', 'mysql', ['-verify_ip', '10.0.0.2'], 'IP address mismatch'],
    ['a client with one for servers', 'server', ['-purpose', 'sslclient'], 'certificate purpose'],
    ['a server with one for clients', 'client', ['-purpose', 'sslserver'], 'certificate purpose'],
    ['one that has ended', 'mysql', ['-attime', inDays(400)], 'has expired'],
  ])('%s', async (_, name, options, said) => {
    const answer = await verify(name, ...options)
    expect(answer).toEqual({ exit: 2, said: expect.stringContaining(said) })
  })

  test('what an authority of the same name with another key has signed', async () => {
    const other = write('other.pem', keptOf(replacedCertificates(entries, new Date())).certificate)
    expect((await openssl('verify', '-CAfile', authority, other)).exit).toBe(2)
  })
})

test('what a certificate says, in openssl’s words', async () => {
  const { said } = await openssl('x509', '-in', fileOf('mysql'), '-noout', '-text', '-certopt', 'no_sigdump,no_pubkey')
  const lines = String(said)
    .split('\n')
    .map((line) => line.trim())
  const follows = (title: string) => lines[lines.indexOf(title) + 1]
  expect(lines).toContain('Issuer: CN = shop lab')
  expect(lines).toContain('Subject: CN = db1.example.org')
  expect(lines).toContain('Signature Algorithm: ecdsa-with-SHA256')
  expect(follows('X509v3 Subject Alternative Name:')).toBe(
    'DNS:db1.example.org, IP Address:10.0.0.1, IP Address:2001:DB8:0:0:0:0:0:1, DNS:*.db.example.org',
  )
  expect(follows('X509v3 Basic Constraints: critical')).toBe('CA:FALSE')
  expect(follows('X509v3 Key Usage: critical')).toBe('Digital Signature')
  expect(follows('X509v3 Extended Key Usage:')).toBe('TLS Web Server Authentication, TLS Web Client Authentication')
})

test('what the authority says of itself, after 2050 too', async () => {
  for (const file of [authority, write('late.pem', authorityOf(await issue([], onDay(8500))).certificate)]) {
    const { said } = await openssl('x509', '-in', file, '-noout', '-text')
    expect(said).toContain('CA:TRUE, pathlen:0')
    expect(said).toMatch(/Key Usage: critical\n\s+Certificate Sign, CRL Sign\n/)
    expect(await openssl('verify', '-x509_strict', '-no_check_time', '-CAfile', file, file)).toMatchObject({ exit: 0 })
  }
})

test('what was signed is good for the authority that was renewed, and with it', async () => {
  const late = await issue([needed({ names })], new Date(Date.now() + 2434 * 86_400_000), entries)
  const [renewed, old] = [write('renewed.pem', authorityOf(late).certificate), fileOf('mysql')]
  const fresh = write('fresh.pem', keptOf(late).certificate)
  expect(await openssl('verify', '-CAfile', renewed, '-no_check_time', old)).toMatchObject({ exit: 0 })
  expect(await openssl('verify', '-CAfile', authority, '-attime', inDays(2434), fresh)).toMatchObject({ exit: 0 })
})

test('keys are those of their certificates, as openssl reads both', async () => {
  const key = write('mysql.key', keptOf(entries).key)
  const ofKey = await openssl('pkey', '-in', key, '-pubout')
  const ofCertificate = await openssl('x509', '-in', fileOf('mysql'), '-noout', '-pubkey')
  expect(ofKey).toEqual(ofCertificate)
})

describe('a connection that both ends verify', () => {
  const credentials = (name: string, from = entries) => {
    const { key, certificate } = keptOf(from, `ca.db1.${name}`)
    return { key, cert: certificate, ca: authorityOf(from).certificate }
  }

  /** What the server makes of its client, or why the client does not go on. */
  const meet = async (server: object, client: object, servername = 'db1.example.org'): Promise<string> => {
    const listening = createServer({ ...server, requestCert: true, rejectUnauthorized: false })
    const met = new Promise<string>((resolve) => {
      listening.on('secureConnection', (socket: TLSSocket) => {
        resolve(socket.authorized ? 'authorized' : String(socket.authorizationError))
        socket.end()
      })
      listening.on('tlsClientError', () => {})
      listening.listen(0, '127.0.0.1', () => {
        const { port } = listening.address() as { port: number }
        connect({ port, host: '127.0.0.1', servername, ...client }).on('error', ({ message }) => resolve(message))
      })
    })
    return met.finally(() => listening.close())
  }

  test.each([
    ['server', 'client'],
    ['mysql', 'mysql'],
  ])('comes about between %s and %s', async (server, client) => {
    expect(await meet(credentials(server), credentials(client))).toBe('authorized')
  })

  test('does not where a name, a use or the authority is another', async () => {
    const others = credentials('mysql', new Map(replacedCertificates(entries, new Date())))
    const [own, ca] = [credentials('mysql'), authorityOf(entries).certificate]
    expect(await meet(own, own, 'db2.example.org')).toContain("does not match certificate's altnames")
    expect(await meet(own, credentials('server'))).toBe('INVALID_PURPOSE')
    expect(await meet(credentials('client'), own)).toContain('unsuitable certificate purpose')
    expect(await meet(own, { ...others, ca })).toMatch(/UNABLE_TO_VERIFY|SIGNATURE/)
    expect(await meet(others, own)).toMatch(/self-signed|unable to verify|signature/)
  })
})
