import type { PracticeHost } from '../../lab/harness.ts'

const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'

/**
 * Gives a host another clock: `+1d`, `-1d`. A practice host has its machine's, which nobody may set, but what root and the
 * service manager start there can be shown another one. Only the time of day is another; uptime and timers stay right.
 *
 * The service manager itself and sshd keep the machine's: the sandbox in which sshd talks to strangers ends it for what the
 * library does.
 */
export const setClock = async (host: PracticeHost, shift: string): Promise<void> => {
  const variables = `LD_PRELOAD=${library} FAKETIME=${shift} FAKETIME_DONT_FAKE_MONOTONIC=1`
  const { exit, stderr } = await host.sh(`set -e
apt-get -q update && apt-get -qy install faketime
printf '%s\\n' ${variables} >/etc/fake-clock
echo 'Defaults env_file=/etc/fake-clock' >/etc/sudoers.d/fake-clock
chmod 0440 /etc/sudoers.d/fake-clock
mkdir -p /etc/systemd/system.conf.d /etc/systemd/system/ssh.service.d
printf '[Manager]\\nDefaultEnvironment=${variables}\\n' >/etc/systemd/system.conf.d/fake-clock.conf
printf '[Service]\\nUnsetEnvironment=LD_PRELOAD\\n' >/etc/systemd/system/ssh.service.d/fake-clock.conf
systemctl daemon-reexec`)
  if (exit !== 0) throw new Error(stderr)
}

/** Hours by which the clock that a host shows is ahead of ours: to those who log in, and to services. */
export const aheadBy = async (host: PracticeHost): Promise<readonly number[]> => {
  const { stdout } = await host.sh(`date +%s
rm -f /run/now
systemd-run -q --collect sh -c 'date +%s >/run/now.new; mv /run/now.new /run/now'
until cat /run/now 2>/dev/null; do sleep 0.1; done`)
  return stdout
    .trim()
    .split('\n')
    .map((seconds) => Math.round((Number(seconds) - Date.now() / 1000) / 3600))
}
