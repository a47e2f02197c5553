import { randomBytes } from 'node:crypto'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { execa } from 'execa'
import { create } from 'tar'
import type { Event } from '../engine/core/event.ts'
import { command } from '../engine/core/shell.ts'
import { openAnsible } from './ansible.ts'
import { atMost, compete, faster, type Row, seconds } from './measure.ts'
import { fettle, type Login, siteFolder, sudoAll } from './site.ts'

/** Of an artifact, in MB: about a bundled app with its packages. */
const size = 64

const siteYml = JSON.stringify({
  name: 'transfer',
  groups: { all: { app: { apps: { big: { command: 'sleep infinity' } } } } },
})

/** An artifact to all hosts at once: parallel scp, Fettle's upload with its comparison of sums, and Ansible's unarchive. */
export const transfer = async (logins: readonly Login[]): Promise<Row[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-transfer-'))
  try {
    const artifact = await prepare(folder)
    await execa(process.execPath, [fettle, 'provision', '--yes'], { cwd: folder, stdout: 'ignore' })
    let version = 0
    const ansible = await openAnsible(logins)
    const [scp = 0, upload = 0] = await compete(5, [
      () => scpAll(logins, artifact),
      () => uploaded(folder, artifact, `v${++version}`),
    ])
    const [unarchive = 0] = await compete(2, [() => ansible.unarchive(artifact)])
    await ansible.close()
    const what = `an artifact of ${size} MB to ${logins.length} hosts`
    return [atMost(what, 'parallel scp', scp, upload, 1.2), faster(what, 'Ansible unarchive', unarchive, upload, 2)]
  } finally {
    await sudoAll(logins, 'rm -rf /srv/big /tmp/transfer.tar.gz')
    await rm(folder, { recursive: true })
  }
}

const prepare = async (folder: string): Promise<string> => {
  await mkdir(join(folder, 'inventory'))
  await mkdir(join(folder, 'content'))
  await cp(join(siteFolder, 'inventory/lab.yml'), join(folder, 'inventory/lab.yml'))
  await mkdir(join(folder, '.fettle'))
  await symlink(join(siteFolder, '.fettle/lab'), join(folder, '.fettle/lab'))
  await writeFile(join(folder, 'site.yml'), siteYml)
  await writeFile(join(folder, 'content/random'), randomBytes(size * 1_000_000))
  const artifact = join(folder, 'artifact.tar.gz')
  await create({ file: artifact, cwd: join(folder, 'content'), gzip: { level: 1 } }, ['random'])
  return artifact
}

const scpAll = (logins: readonly Login[], artifact: string): Promise<number> => {
  const lines = logins.map(({ address, arguments: args }) => {
    const options = args.slice(0, -1)
    const user = options[options.indexOf('-l') + 1]
    const others = options.filter((_, at) => at !== options.indexOf('-l') && at !== options.indexOf('-l') + 1)
    return `${command('scp', '-q', ...others, artifact, `${user}@${address}:/tmp/transfer.tar.gz`)} &`
  })
  const waits = 'status=0; for job in $(jobs -p); do wait "$job" || status=1; done; exit $status'
  return seconds('bash', ['-c', `${lines.join('\n')}\n${waits}`])
}

/** Seconds from the first call of a host until the last one has the whole of it. Nothing is switched: it is ended then. */
const uploaded = async (folder: string, artifact: string, version: string): Promise<number> => {
  const argv = [fettle, 'deploy', 'big', '--version', version, '--artifact', artifact, '--yes', '--json']
  const child = execa(process.execPath, argv, { cwd: folder, reject: false, stdin: 'ignore' })
  let [began, ended] = [0, 0]
  let waiting = new Set<string>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = JSON.parse(line) as Event
    if (event.type === 'host.connecting') began ||= performance.now()
    if (event.type === 'run.started') waiting = new Set(event.hosts)
    if (event.type !== 'step.done' || !event.title.startsWith('upload')) return
    waiting.delete(event.host)
    if (waiting.size > 0) return
    ended = performance.now()
    child.kill('SIGKILL')
  })
  const { stderr } = await child
  if (ended === 0) throw new Error(`nothing was uploaded: ${stderr}`)
  return (ended - began) / 1000
}
