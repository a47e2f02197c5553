import { spawn } from 'node:child_process'
import { once } from 'node:events'
import ssh2, { type ServerChannel } from 'ssh2'

/**
 * This machine as an SSH host on the loopback, for as long as it takes to compile. What is written below `/var/lib` is
 * written to memory, in a namespace that each log-in has for itself; where that cannot be made, nothing is run.
 */
export interface Host {
  readonly port: number
  readonly knownHosts: string
  /** The private key that it lets in. */
  readonly userKey: string
  stop(): void
}

const apart = `
set -e
mount -t tmpfs build /mnt
mkdir /mnt/upper /mnt/work
mount -t overlay overlay -o lowerdir=/var/lib,upperdir=/mnt/upper,workdir=/mnt/work /var/lib
mkdir /var/lib/build
echo old >/var/lib/build/a
`

const run = (channel: ServerChannel, command: string): void => {
  const child = spawn('unshare', [
    '--map-root-user',
    '--mount',
    '--propagation',
    'private',
    'sh',
    '-c',
    apart + command,
  ])
  channel.pipe(child.stdin)
  child.stdout.pipe(channel, { end: false })
  child.stderr.pipe(channel.stderr, { end: false })
  child.once('close', (code) => {
    channel.exit(code ?? 1)
    channel.end()
  })
}

/** ssh2 1.17 makes one now and then that it cannot read itself. */
export const newKey = (): ReturnType<typeof ssh2.utils.generateKeyPairSync> => {
  const key = ssh2.utils.generateKeyPairSync('ed25519')
  const isSound = [key.private, key.public].every((text) => !(ssh2.utils.parseKey(text) instanceof Error))
  return isSound ? key : newKey()
}

export const startHost = async (): Promise<Host> => {
  const [hostKey, userKey] = [newKey(), newKey()]
  const admitted = ssh2.utils.parseKey(userKey.public)
  if (admitted instanceof Error) throw admitted
  const server = new ssh2.Server({ hostKeys: [hostKey.private] }, (client) => {
    client.on('error', () => undefined)
    client.on('authentication', (login) => {
      const isKey = login.method === 'publickey' && login.key.data.equals(admitted.getPublicSSH())
      if (!isKey) return login.reject(['publickey'])
      const { signature, blob, hashAlgo } = login
      if (!signature || !blob || admitted.verify(blob, signature, hashAlgo) === true) login.accept()
      else login.reject()
    })
    client.on('session', (accept) => accept().on('exec', (admit, _reject, { command }) => run(admit(), command)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    port,
    knownHosts: `[127.0.0.1]:${port} ${hostKey.public}\n`,
    userKey: userKey.private,
    stop: () => server.close(),
  }
}
