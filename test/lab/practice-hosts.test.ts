import { type AddressInfo, connect, createServer } from 'node:net'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import {
  controller,
  cut,
  freeze,
  heal,
  healBetween,
  powerOff,
  reboot,
  start,
  status,
  thaw,
} from '../../engine/lab/index.ts'
import { type PracticeHost, usePracticeHosts } from './harness.ts'
import { inviteStranger } from './stranger.ts'

const lab = usePracticeHosts(['web1', 'web2'])
const web1 = () => lab.host('web1')
const web2 = () => lab.host('web2')

const bootId = async (host: PracticeHost) => (await host.sh('cat /proc/sys/kernel/random/boot_id')).stdout.trim()
const reaches = async (from: PracticeHost, to: PracticeHost) =>
  (await from.sh(`ping -c 1 -W 1 ${to.address} >/dev/null`)).exit === 0
/** Whether something at a port speaks first and so to this machine, within two seconds. */
const hears = (host: string, port: number, greeting: string) =>
  new Promise<boolean>((resolve) => {
    const socket = connect({ host, port, signal: AbortSignal.timeout(2000) })
    socket.once('data', (data) => {
      resolve(data.toString().startsWith(greeting))
      socket.destroy()
    })
    for (const event of ['error', 'close']) socket.once(event, () => resolve(false))
  })
const answers = ({ address }: PracticeHost) => hears(address, 22, 'SSH-')
/** For a host's shell. */
const knock = (address: string, port: number) => `timeout 1 bash -c 'exec 3<>/dev/tcp/${address}/${port}'`
const timedOut = 124
/** Neighbours that were lost are looked for once a second. */
const patient = { timeout: 20_000 }
const stateOf = async (name: string) => (await status(lab.options)).find((host) => host.name === name)?.state

describe('a practice host', () => {
  test('is a Debian server in good order that its operator can administer', async () => {
    const { exit, stdout } = await web1().sh(
      'id -un; hostname; . /etc/os-release; echo $VERSION_CODENAME; systemctl is-system-running; getent hosts web1',
    )
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: 'root\nweb1\nbookworm\nrunning\n127.0.1.1       web1\n' })
  })

  test('lets nobody in but its operator', async () => {
    const { address, keyFile, knownHosts } = web1()
    const options = ['-F', 'none', '-i', keyFile, '-o', `UserKnownHostsFile=${knownHosts}`, '-o', 'BatchMode=yes']
    const { exitCode, stderr } = await execa('ssh', [...options, `root@${address}`, 'true'], { reject: false })
    expect({ exitCode, stderr }).toEqual({ exitCode: 255, stderr: expect.stringContaining('Permission denied') })
  })

  test('has its own identity and reaches its neighbours', async () => {
    const script = 'cat /etc/machine-id /etc/ssh/ssh_host_ed25519_key.pub'
    expect((await web1().sh(script)).stdout).not.toBe((await web2().sh(script)).stdout)
    expect(await reaches(web1(), web2())).toBe(true)
  })

  test('installs packages and leaves them for the others', async () => {
    const first = await web1().sh('apt-get install -q -y tree && tree --version')
    expect(first.stdout).toContain('tree v')
    await lab.reset('web2')
    const second = await web2().sh('apt-get install -q -y tree')
    expect(second.exit).toBe(0)
    await lab.reset('web1')
    expect((await web1().sh('apt-get install -q -y tree')).stdout).toMatch(/Need to get 0 B/)
  })

  test('reaches no stranger, and nothing that this machine serves', async () => {
    const stranger = await inviteStranger()
    const server = createServer((socket) => socket.end('hello')).listen(0)
    try {
      expect(await hears(stranger.address, stranger.port, 'hello')).toBe(true)
      expect((await web1().sh(knock(stranger.address, stranger.port))).exit).toBe(timedOut)
      const gateway = web1().address.replace(/\d+$/, '1')
      const { port } = server.address() as AddressInfo
      expect((await web1().sh(`ping -c 1 -W 2 ${gateway}`)).exit).toBe(0)
      expect((await web1().sh(knock(gateway, port))).exit).toBe(timedOut)
    } finally {
      server.close()
      await stranger.leave()
    }
  })
})

describe('what can happen to it', () => {
  test('a reboot', async () => {
    const before = await bootId(web1())
    await web1().sh('echo kept >/root/mark')
    await reboot('web1', lab.options)
    expect(await bootId(web1())).not.toBe(before)
    expect((await web1().sh('cat /root/mark')).stdout).toBe('kept\n')
  })

  test('a reboot of its own making', async () => {
    const before = await bootId(web1())
    await web1().sh('systemctl reboot')
    await expect.poll(() => bootId(web1()), { timeout: 30_000 }).toMatch(new RegExp(`^(?!${before})[0-9a-f-]{36}$`))
  })

  test('it is frozen and thawed', async () => {
    const before = await bootId(web1())
    await freeze('web1', lab.options)
    expect(await stateOf('web1')).toBe('frozen')
    expect(await answers(web1())).toBe(false)
    await thaw('web1', lab.options)
    expect(await stateOf('web1')).toBe('running')
    expect(await bootId(web1())).toBe(before)
  })

  test('its plug is pulled while it is frozen', async () => {
    await freeze('web1', lab.options)
    await powerOff('web1', lab.options)
    expect(await stateOf('web1')).toBe('stopped')
    await start('web1', lab.options)
    expect(await stateOf('web1')).toBe('running')
  })

  test('its plug is pulled', async () => {
    const before = await bootId(web1())
    await powerOff('web1', lab.options)
    expect(await stateOf('web1')).toBe('stopped')
    expect(await answers(web1())).toBe(false)
    await start('web1', lab.options)
    expect(await bootId(web1())).not.toBe(before)
  })

  test('two hosts are cut apart, which both ends still tell this machine', async () => {
    await cut('web1', 'web2', lab.options)
    expect([await reaches(web1(), web2()), await reaches(web2(), web1())]).toEqual([false, false])
    await heal(lab.options)
    await expect.poll(() => reaches(web1(), web2()), patient).toBe(true)
    await expect.poll(() => reaches(web2(), web1()), patient).toBe(true)
  })

  test('this machine is cut off, and two cuts heal one by one', async () => {
    await cut(controller, 'web1', lab.options)
    await cut('web1', 'web2', lab.options)
    expect([await answers(web1()), await answers(web2())]).toEqual([false, true])
    await healBetween('web1', controller, lab.options)
    await expect.poll(() => answers(web1()), patient).toBe(true)
    expect(await reaches(web2(), web1())).toBe(false)
    await healBetween('web2', 'web1', lab.options)
    await expect.poll(() => reaches(web2(), web1()), patient).toBe(true)
  })

  test('it is made anew, and is still the same host to whoever knows it', async () => {
    const identity = 'cat /etc/machine-id /etc/ssh/ssh_host_*.pub; hostname'
    const before = (await web1().sh(identity)).stdout
    await web1().sh('rm /etc/hostname /usr/bin/less; touch /root/mark; useradd stranger; rm -rf /var/lib/apt')
    await lab.reset('web1')
    expect((await web1().sh(identity)).stdout).toBe(before)
    expect((await web1().sh('ls /root /etc/hostname /usr/bin/less; id stranger')).stdout).toBe(
      '/etc/hostname\n/usr/bin/less\n\n/root:\n',
    )
  })

  test('asking a host that is off, or that nobody knows, is an error that says so', async () => {
    await expect(freeze('web9', lab.options)).rejects.toMatchObject({ code: 'lab.failed', message: /web9/ })
    await powerOff('web2', lab.options)
    await expect(reboot('web2', lab.options)).rejects.toMatchObject({ code: 'lab.failed' })
    await expect(freeze('web2', lab.options)).rejects.toMatchObject({ code: 'lab.failed' })
    await start('web2', lab.options)
  })
})
