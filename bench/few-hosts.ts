import { openAnsible } from './ansible.ts'
import { atMost, compete, faster, median, type Row } from './measure.ts'
import { type Login, resetHosts, runFettle, sshAll, sudoAll } from './site.ts'

const provision = (revision = 1): Promise<number> =>
  runFettle('provision', '--yes', '--set', `fifty.revision=${revision}`)

const packages = 'nginx cron logrotate rsync curl'
const aptAlone = `DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends ${packages} >/dev/null 2>&1`

/** From bare hosts: all of the description against its packages alone. */
export const firstRun = async (logins: readonly Login[]): Promise<Row[]> => {
  const both: [number[], number[]] = [[], []]
  for (let round = 0; round < 3; round++) {
    await resetHosts(logins)
    both[0].push(await sudoAll(logins, aptAlone))
    await resetHosts(logins)
    both[1].push(await provision())
  }
  return [atMost('first run', 'the same apt-get alone', median(both[0]), median(both[1]), 1.1)]
}

/** Hosts in order: looking, and looking plus one change. */
export const laterRuns = async (logins: readonly Login[]): Promise<Row[]> => {
  await provision()
  let revision = 1
  const [ssh = 0, nothing = 0, change = 0] = await compete(15, [
    () => sshAll(logins, 'true'),
    () => provision(revision),
    () => provision(++revision),
  ])
  const ansible = await openAnsible(logins)
  try {
    const set = ['-e', `revision=${revision}`]
    await ansible.play(...set)
    const [slow = 0] = await compete(3, [() => ansible.play(...set)])
    return [
      atMost('nothing to do', 'ssh true', ssh, nothing, 1),
      faster('nothing to do', 'ansible-playbook', slow, nothing, 130),
      atMost('one template changed, checked, reloaded', 'ssh true', ssh, change, 1.5),
    ]
  } finally {
    await ansible.close()
  }
}
