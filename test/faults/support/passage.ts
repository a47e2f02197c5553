import { readFile, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import type { PracticeHost } from '../../lab/harness.ts'

/** A way to a host's sshd that can be torn in the middle of what is sent. */
export interface Passage {
  /** The host as it is reached by it, with `ansible_port` for its inventory. */
  readonly host: PracticeHost
  readonly port: number
  /** Lets so many bytes more through to the host and then drops every connection; null: all there are. */
  tearAfter(bytes: number | null): void
  /** Whether it has. */
  isTorn(): boolean
  close(): void
}

/** `folder` takes a file with the host's key under the address of the passage. */
export const passageTo = async (host: PracticeHost, folder: string): Promise<Passage> => {
  let left: number | null = null
  let torn = false
  const ends = new Set<Socket>()
  const tear = () => {
    torn = true
    for (const end of ends) end.destroy()
  }
  const server = createServer((near) => {
    const far = connect(22, host.address)
    for (const end of [near, far]) {
      ends.add(end)
      end.on('error', () => undefined)
      end.on('close', () => ends.delete(end))
    }
    far.pipe(near)
    far.on('close', () => near.destroy())
    near.on('close', () => far.destroy())
    near.on('data', (chunk: Buffer) => {
      far.write(left === null ? chunk : chunk.subarray(0, left))
      if (left === null) return
      left -= Math.min(left, chunk.length)
      if (left === 0) far.end(tear)
    })
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const knownHosts = join(folder, 'passage')
  const known = await readFile(host.knownHosts, 'utf8')
  await writeFile(knownHosts, known.replaceAll(host.address, `[127.0.0.1]:${port}`))
  return {
    host: { ...host, address: '127.0.0.1', knownHosts },
    port,
    tearAfter: (bytes) => {
      left = bytes
      torn = false
    },
    isTorn: () => torn,
    close: () => {
      tear()
      server.close()
    },
  }
}
