import { execa } from 'execa'

/** A machine beyond this one, with an open port: a network namespace on a cable of its own. */
export interface Stranger {
  readonly address: string
  readonly port: number
  readonly leave: () => Promise<void>
}

/** Addresses are of the range for benchmarks, one pair for each process. */
export const inviteStranger = async (): Promise<Stranger> => {
  const name = `stranger${process.pid}`
  const at = (last: number) => `198.18.${process.pid % 250}.${last}`
  const commands = [
    `netns add ${name}`,
    `link add ${name.slice(0, 13)}a type veth peer name eth0 netns ${name}`,
    `address add ${at(1)}/30 dev ${name.slice(0, 13)}a`,
    `link set ${name.slice(0, 13)}a up`,
    `-netns ${name} address add ${at(2)}/30 dev eth0`,
    `-netns ${name} link set eth0 up`,
    `-netns ${name} route add default via ${at(1)}`,
  ]
  for (const command of commands) await execa('ip', command.split(' '))
  const serve = "require('node:net').createServer((s) => s.end('hello')).listen(7777, () => console.log('open'))"
  const server = execa('ip', ['netns', 'exec', name, process.execPath, '-e', serve], { reject: false })
  await new Promise((resolve) => server.stdout.once('data', resolve))
  const leave = async () => {
    server.kill()
    await server
    await execa('ip', ['netns', 'delete', name])
  }
  return { address: at(2), port: 7777, leave }
}
