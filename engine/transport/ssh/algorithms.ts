import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2'
import type { Entry } from '../known-hosts/entry.ts'

const hostKeyAlgorithms: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
]

/** Nothing with SHA-1, nothing in CBC mode, and no ChaCha20, which is unsafe with a server without strict key exchange. */
const safe = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
    'diffie-hellman-group14-sha256',
  ],
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  compress: ['none'],
} satisfies Algorithms

/** Types that are recorded come first, or a host with several keys would seem to have changed. */
export const algorithmsFor = (entries: readonly Entry[]): Algorithms => {
  const recorded = new Set(entries.filter(({ mark }) => mark === 'none').map(({ type }) => type))
  const isRecorded = (algorithm: string) => recorded.has(algorithm.startsWith('rsa-sha2-') ? 'ssh-rsa' : algorithm)
  const serverHostKey = [
    ...hostKeyAlgorithms.filter(isRecorded),
    ...hostKeyAlgorithms.filter((algorithm) => !isRecorded(algorithm)),
  ]
  return { ...safe, serverHostKey }
}
