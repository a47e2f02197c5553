import { createHmac } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { cut, freeze, heal, thaw } from '../../../engine/lab/index.ts'
import { useAuthority } from '../database/support.ts'
import { usePracticeHosts } from '../harness.ts'
import { type Site, type Told, useSite } from '../support/site.ts'
import { deedsOf, expectDone, nothing } from '../support/told.ts'

const lab = usePracticeHosts(['web1', 'web2', 'vault1'])
const [web, vault] = [() => lab.host('web1'), () => lab.host('vault1')]
const data = '/srv/data'

const siteYml = JSON.stringify({
  name: 'shop',
  groups: {
    web: {
      backup: { to: 'vault', paths: [data, '/etc/fettle'], except: ['*.tmp'] },
      pieces: { directories: { [data]: '0750' } },
    },
    vault: { backup: { to: 'vault' } },
  },
})

let site: Site
const backup = (...words: readonly string[]): Promise<Told> => site.fettle('backup', ...words)
const restore = (...words: readonly string[]): Promise<Told> =>
  site.fettle('restore', 'files', 'web1', ...words, '--yes')

const made = ({ events }: Told) => events.flatMap((event) => (event.type === 'backup.made' ? [event] : []))
const copiesOf = async (host: string): Promise<readonly { readonly id: string; readonly at: string }[]> => {
  const told = await backup('list', '--json', '-l', host)
  expectDone(told)
  return JSON.parse(told.stdout.trim().split('\n').at(-1) ?? '').copies
}
const write = (text: string) => web().sh(`printf %s '${text}' >${data}/orders && printf x >${data}/junk.tmp`)
const read = async (path: string): Promise<string> => (await web().sh(`cat '${path}'`)).stdout

beforeAll(async () => {
  site = await useSite({ siteYml, hosts: { web: [web(), lab.host('web2')], vault: [vault()] } })
  await useAuthority(site)
  expectDone(await site.fettle('provision', '--yes'))
})

test('is there, and there is nothing more to do', async () => {
  const told = await site.fettle('provision', '--yes', '--json')
  for (const host of ['web1', 'web2', 'vault1']) expect(deedsOf(told, host)).toEqual(nothing)
})

describe('a copy', () => {
  test('is made of what the roles of a host say, and of nothing else', async () => {
    await write('one')
    const told = await backup('run', '--json')
    expect(told.exit, told.stderr).toBe(0)
    expect(
      made(told)
        .map(({ host, to }) => `${host} ${to}`)
        .sort(),
    ).toEqual(['web1 vault1', 'web2 vault1'])
    const { stdout } = await web().sh(restic('ls latest'))
    expect(stdout).toContain(`${data}/orders\n`)
    expect(stdout).not.toContain('junk.tmp')
    expect(await copiesOf('web1')).toHaveLength(1)
    expect((await vault().sh('grep -rl one /srv/backup')).stdout).toBe('')
  })

  test('costs only what is new', async () => {
    const [first] = made(await backup('run', '--json', '-l', 'web1'))
    expect(first?.bytes).toBeGreaterThan(0)
    expect(first?.added).toBeLessThan(first?.bytes ?? 0)
  })

  test('that lacks something is none', async () => {
    await web().sh(`mv ${data} /srv/away`)
    const told = await backup('run', '-l', 'web1')
    expect([told.exit, told.stdout + told.stderr]).toEqual([3, expect.stringContaining('/srv/data is not there')])
    await web().sh(`mv /srv/away ${data}`)
  })

  test('is not made while the backup host is away, and is afterwards', async () => {
    await cut('web1', 'vault1', lab.options)
    const told = await backup('run', '-l', 'web1')
    expect([told.exit, told.stdout + told.stderr]).toEqual([
      3,
      expect.stringContaining('web1 could not be copied to vault1'),
    ])
    await heal(lab.options)
    expectDone(await backup('run', '-l', 'web1'))
  })

  test('goes on where nobody waits for it any more', async () => {
    const before = (await copiesOf('web1')).length
    await freeze('vault1', lab.options)
    const run = site.start(['backup', 'run', '-l', 'web1'])
    const state = async () => (await web().sh('systemctl is-active fettle-backup@vault1')).stdout.trim()
    await expect.poll(state, { timeout: 30_000 }).toBe('activating')
    run.kill()
    expect((await run.told).exit).toBe(null)
    await thaw('vault1', lab.options)
    await expect.poll(async () => (await copiesOf('web1')).length, { timeout: 60_000 }).toBe(before + 1)
  })
})

/** As the host itself would. */
const restic = (words: string, repository = 'cat /etc/fettle/backup/vault1/repository'): string => `
${repository} >/run/repository && timeout 10 restic --repository-file /run/repository --password-file /etc/fettle/backup/vault1/password \\
  --cacert /etc/fettle/ca.pem --no-cache ${words}; done=$?; rm /run/repository; exit $done`

describe('a host', () => {
  test('cannot remove what it has copied', async () => {
    const before = await copiesOf('web1')
    const { exit } = await web().sh(restic(`forget ${before[0]?.id}`))
    expect(exit).not.toBe(0)
    expect(await copiesOf('web1')).toEqual(before)
  })

  test("cannot come to another one's copies", async () => {
    const other = "sed 's|/web1/$|/web2/|' /etc/fettle/backup/vault1/repository"
    const { exit, stderr } = await web().sh(restic('snapshots', other))
    expect([exit, stderr]).toEqual([1, expect.stringMatching(/403|unable to open config/)])
  })
})

describe('a restore', () => {
  test('brings a folder back as it was, and keeps what was in its place', async () => {
    await write('two')
    expectDone(await backup('run', '-l', 'web1'))
    await write('three')
    const told = await restore(data)
    expectDone(told)
    expect(await read(`${data}/orders`)).toBe('two')
    expect((await web().sh(`stat -c '%a %U' ${data}`)).stdout).toBe('750 root\n')
    const aside = /becomes (\S+)/.exec(told.stdout)?.[1] ?? ''
    expect(await read(`${aside}/orders`)).toBe('three')
  })

  test('as of a time brings the newest copy that is not younger', async () => {
    const [first] = await copiesOf('web1')
    const at = new Date(Date.parse(first?.at ?? '') + 1000).toISOString()
    expectDone(await restore(`${data}/orders`, '--at', at, '--into', '/root/then'))
    expect(await read(`/root/then${data}/orders`)).toBe('one')
  })

  test('before the first copy, of what it does not have, over something, or of a whole tree is refused', async () => {
    const cases = [
      [[data, '--at', '2020-01-01'], 'there is no copy of web1 as old as 2020-01-01'],
      [['/srv/none'], 'has no /srv/none'],
      [[`${data}/orders`, '--into', '/root/then'], 'there is a /root/then/srv/data/orders already'],
      [['/srv'], '/srv is not replaced as a whole'],
      [['data'], 'data is no path from the root on'],
      [[data, '--snapshot', 'ffffffff'], 'there is no copy ffffffff of web1'],
      [[data, '--from', 'web2'], 'web1 is not copied to web2'],
    ] as const
    for (const [words, message] of cases) {
      const { exit, stderr } = await restore(...words)
      expect([exit, stderr]).toEqual([1, expect.stringContaining(message)])
    }
    expect(await read(`${data}/orders`)).toBe('two')
  })

  test('brings back what a host had that is new', async () => {
    await lab.reset('web1')
    expectDone(await site.fettle('provision', '--yes'))
    expectDone(await restore(data))
    expect(await read(`${data}/orders`)).toBe('two')
  })
})

describe('a backup host', () => {
  test('says that a repository is whole, and when it is not', async () => {
    expectDone(await backup('verify', '--data', '100'))
    const pack = "$(find /srv/backup/web2/data -type f -printf '%s %p\\n' | sort -n | tail -n 1 | cut -d ' ' -f 2)"
    expect(
      await vault().sh(`cp -p ${pack} /root/pack && printf x | dd of=${pack} bs=1 seek=100 conv=notrunc`),
    ).toMatchObject({ exit: 0 })
    const told = await backup('verify', '--data', '100')
    expect([told.exit, told.stderr]).toEqual([
      3,
      expect.stringContaining('the repository of web2 on vault1 is not in order'),
    ])
    expect(told.stdout).toContain('web1 on vault1: whole')
    await vault().sh(`cat /root/pack >${pack}`)
  })

  test('whose disk is full says so, keeps what it has, and goes on when there is room', async () => {
    const before = await copiesOf('web1')
    const onSmallDisk = `
systemctl stop fettle-backup-server && cp -a /srv/backup /srv/kept && size=$(du -sm /srv/kept | cut -f 1) &&
  mount -t tmpfs -o "size=$((size + 8))m,mode=700,uid=$(id -u fettle-backup),gid=$(id -g fettle-backup)" tmpfs /srv/backup &&
  cp -a /srv/kept/. /srv/backup/ && systemctl start fettle-backup-server`
    const back = `
systemctl stop fettle-backup-server; mkdir /srv/moved && cp -a /srv/backup/. /srv/moved/ && umount /srv/backup &&
  find /srv/backup -mindepth 1 -delete && cp -a /srv/moved/. /srv/backup/ && systemctl start fettle-backup-server`
    expect(await vault().sh(onSmallDisk)).toMatchObject({ exit: 0 })
    await web().sh(`head -c 30000000 /dev/urandom >${data}/much`)
    const told = await backup('run', '-l', 'web1')
    expect([told.exit, told.stdout + told.stderr]).toEqual([
      3,
      expect.stringContaining('web1 could not be copied to vault1'),
    ])
    expect(await copiesOf('web1')).toEqual(before)
    expect(await vault().sh(back)).toMatchObject({ exit: 0 })
    expectDone(await backup('run', '-l', 'web1'))
    expectDone(await backup('verify', '-l', 'web1', '--data', '100'))
    await web().sh(`rm ${data}/much`)
  })

  test('gives a copy to whoever has nothing but the key that was put away', async () => {
    const { stdout } = await site.fettle('secrets', 'get', 'backup.key')
    const password = createHmac('sha256', stdout.trim()).update('repository of web1').digest('hex')
    const byHand = `echo ${password} >/root/password && restic --repo /srv/backup/web1 --password-file /root/password --no-cache --no-lock \\
  restore latest --target /root/by-hand --include ${data} && cat /root/by-hand${data}/orders`
    expect((await vault().sh(byHand)).stdout).toMatch(/two$/)
  })

  test('says when the newest copy is old', async () => {
    const told = await backup('verify', '--data', '0', '--within', '1s')
    expect([told.exit, told.stderr]).toEqual([
      3,
      expect.stringMatching(/the newest copy of web1 on vault1 is 0 hours old/),
    ])
  })

  test('removes what need not be kept, and nothing where a copy is from the future', async () => {
    const before = await copiesOf('web1')
    expect(before.length).toBeGreaterThan(2)
    await site.describe(siteYml.replaceAll('"to":"vault"', '"to":"vault","keep":{"all":"0h"}'))
    expectDone(await backup('prune', '-l', 'web1'))
    // Of this day, this week and this month it is the newest.
    expect(await copiesOf('web1')).toEqual([before.at(-1)])
    const ahead = new Date(Date.now() + 86_400_000).toISOString().slice(0, 19).replace('T', ' ')
    expect(await web().sh(restic(`backup --time '${ahead}' --tag files /etc/hostname`))).toMatchObject({ exit: 0 })
    const told = await backup('prune', '-l', 'web1')
    expect([told.exit, told.stdout + told.stderr]).toEqual([
      3,
      expect.stringContaining('are from the future: nothing is removed'),
    ])
    expect(await copiesOf('web1')).toHaveLength(2)
  })

  test('that lost a repository does not get an empty one without a word', async () => {
    await vault().sh('mv /srv/backup/web2 /root/lost')
    const told = await backup('run', '-l', 'web2')
    expect([told.exit, told.stdout + told.stderr]).toEqual([
      3,
      expect.stringContaining('the repository on vault1 is gone'),
    ])
    await vault().sh('mv /root/lost /srv/backup/web2')
    expectDone(await backup('run', '-l', 'web2'))
  })
})
