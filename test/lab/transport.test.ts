import { beforeAll, describe, expect, it } from 'vitest'
import type { Target } from '../../engine/core/ports.ts'
import { freeze, thaw } from '../../engine/lab/index.ts'
import { connect } from '../../engine/transport/index.ts'
import { sessionContract } from '../contract/session.contract.ts'
import { problemOf } from '../contract/support/problem.ts'
import { usePracticeHosts } from './harness.ts'
import { releasesForThisRun } from './support/extent.ts'

const lab = usePracticeHosts(releasesForThisRun.map((release) => ({ name: release, release })))

const target = (name: string, extra: Partial<Target> = {}): Target => {
  const { address, user, keyFile, knownHosts } = lab.host(name)
  return {
    name,
    address,
    user,
    transport: 'ssh',
    become: true,
    keyFiles: [keyFile],
    knownHosts: [knownHosts],
    hostKeys: 'strict',
    deadlines: { connect: 10_000, idle: 15_000 },
    ...extra,
  }
}

describe.each(releasesForThisRun)('%s, as root through sudo', (name) => {
  sessionContract(name, async () => ({
    session: await connect(target(name)),
    cut: () => {
      lab.host(name).sh('pkill -KILL -u operator')
    },
  }))

  it('is root', async () => {
    const session = await connect(target(name))
    expect((await session.run('id -un; echo $HOME')).stdout).toBe('root\n/root\n')
    await session.close()
  })
})

describe.each(releasesForThisRun)('%s, where sudo asks for a password', (name) => {
  const password = async () => "it's a $ecret"
  beforeAll(async () => {
    const { exit, stderr } = await lab.host(name).sh(`
      useradd -m -s /bin/bash deploy && echo 'deploy:it'"'"'s a $ecret' | chpasswd
      echo 'deploy ALL=(ALL) ALL' >/etc/sudoers.d/deploy
      printf '%s\\n' 'auth required pam_faillock.so preauth' 'auth [success=1 default=bad] pam_unix.so' \\
        'auth [default=die] pam_faillock.so authfail' 'auth sufficient pam_faillock.so authsucc' \\
        'account include common-account' 'session include common-session-noninteractive' >/etc/pam.d/sudo
      mkdir -p ~deploy/.ssh && cp ~operator/.ssh/authorized_keys ~deploy/.ssh/ && chown -R deploy: ~deploy/.ssh
      printf 'PasswordAuthentication yes\\nKbdInteractiveAuthentication no\\n' >/etc/ssh/sshd_config.d/password.conf
      systemctl restart ssh`)
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
  })

  const deploy = (extra: Partial<Target> = {}) => target(name, { user: 'deploy', ...extra })
  it('gives it', async () => {
    const session = await connect(deploy({ becomePassword: password }))
    expect(await session.run('id -un; cat')).toMatchObject({ exit: 0, stdout: 'root\n', stderr: '' })
    expect((await session.run('ps -ef e')).stdout).not.toContain('$ecret')
    await session.close()
  })

  it('ends what it runs in time, through sudo again', async () => {
    const session = await connect(deploy({ becomePassword: password }))
    await problemOf(session.run('sleep 4321.5; echo never', { timeout: 300 }))
    expect((await lab.host(name).sh("pgrep -fx 'sleep 4321.5'")).stdout).toBe('')
  })

  it('is told a wrong one once, which counts once towards a lock', async () => {
    const session = await connect(deploy({ becomePassword: async () => 'wrong' }))
    expect(await problemOf(session.run('id'))).toMatchObject({ code: 'become.password', host: name })
    const { stdout } = await lab.host(name).sh("faillock --user deploy | grep -c 'SVC *sudo'")
    expect(stdout).toBe('1\n')
  })

  it('is not asked where there is none', async () => {
    const session = await connect(deploy())
    expect(await problemOf(session.run('id'))).toMatchObject({ code: 'become.refused', detail: /password is required/ })
  })

  it('logs in with a password', async () => {
    const session = await connect(deploy({ keyFiles: [], become: false, password }))
    expect((await session.run('id -un')).stdout).toBe('deploy\n')
    await session.close()
  })
})

describe('a log-in shell', () => {
  beforeAll(async () => {
    const { exit, stderr } = await lab.host('trixie').sh('apt-get update -q && apt-get install -q -y fish tcsh zsh')
    expect({ exit, stderr: exit === 0 ? '' : stderr }).toEqual({ exit: 0, stderr: '' })
  })

  it.each(['/usr/bin/fish', '/bin/tcsh', '/usr/bin/zsh', '/bin/dash'])('may be %s', async (shell) => {
    await lab.host('trixie').sh(`usermod -s ${shell} deploy`)
    const to = { user: 'deploy', becomePassword: async () => "it's a $ecret" }
    const session = await connect(target('trixie', to))
    expect(await session.run(`printf '%s' "it's $(id -un)"`)).toMatchObject({
      exit: 0,
      stdout: "it's root",
      stderr: '',
    })
    await session.close()
  })
})

describe('a host that hangs', () => {
  const deadlines = { connect: 1500, idle: 1500 }

  it('is given up, on the way in and in the middle of a command', async () => {
    const session = await connect(target('trixie', { deadlines }))
    const running = problemOf(session.run('echo begun; sleep 60', { onLine: () => freeze('trixie', lab.options) }))
    expect(await running).toMatchObject({ code: 'connection.lost', host: 'trixie' })
    expect(await problemOf(connect(target('trixie', { deadlines })))).toMatchObject({ code: 'timeout' })
    await thaw('trixie', lab.options)
    const again = await connect(target('trixie'))
    expect((await again.run('echo back')).stdout).toBe('back\n')
    await again.close()
  })
})
