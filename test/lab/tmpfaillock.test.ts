import { it } from 'vitest'
import { connect } from '../../engine/transport/index.ts'
import { problemOf } from '../contract/support/problem.ts'
import { usePracticeHosts } from './harness.ts'
const lab = usePracticeHosts(['web1'])
it('x', async () => {
  const h = lab.host('web1')
  console.log(await h.sh(`
      useradd -m -s /bin/bash deploy && echo 'deploy:secret' | chpasswd
      echo 'deploy ALL=(ALL) ALL' >/etc/sudoers.d/deploy
      mkdir -p ~deploy/.ssh && cp ~operator/.ssh/authorized_keys ~deploy/.ssh/ && chown -R deploy: ~deploy/.ssh
      cat /etc/pam.d/common-auth | grep -v '^#'
      cat >/etc/pam.d/sudo <<'X'
auth required pam_faillock.so preauth
auth [success=1 default=bad] pam_unix.so
auth [default=die] pam_faillock.so authfail
auth sufficient pam_faillock.so authsucc
account include common-account
session include common-session-noninteractive
X
`))
  const s = await connect({ name: 'w', address: h.address, user: 'deploy', transport: 'ssh', become: true, keyFiles: [h.keyFile], knownHosts: [h.knownHosts], hostKeys: 'strict', deadlines: { connect: 10000, idle: 15000 }, becomePassword: async () => 'wrong' })
  console.log(await problemOf(s.run('id')))
  await new Promise((r) => setTimeout(r, 3000))
  console.log((await h.sh("faillock --user deploy; journalctl -q -b | grep -E 'sudo.*deploy|sudo:auth' | grep -v operator")).stdout)
})
