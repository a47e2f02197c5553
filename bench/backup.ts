import type { Flavor } from '../engine/core/database.ts'
import { median } from './measure.ts'
import { practise } from './practice.ts'
import { loadTable } from './seeding/writes.ts'
import { type Login, onHost } from './site.ts'

/**
 * Copies a database of 1 GB to a backup host and starts a server with the copy, by Fettle and by hand, in turn, in one run:
 * the same programs, the same repository, and each time the repository is empty. Usage: backup.ts mariadb|mysql [ROUNDS].
 */
const [flavor = 'mariadb', rounds = '3'] = process.argv.slice(2) as [Flavor, string?]
const release = flavor === 'mariadb' ? 'trixie' : 'sid'
const mysql = { flavor, primary: 'db1', memory: '256M', databases: { shop: {} } }
const site = await practise(
  { db: [{ name: 'db1', release }], vault: [{ name: 'vault1', release: 'trixie' }] },
  {
    name: 'backup',
    groups: { db: { mysql, backup: { to: 'vault', binlogs: 3600 } }, vault: { backup: { to: 'vault' } } },
  },
)

const place = '/etc/fettle/backup/vault1_main'
const copies = '/var/lib/by-hand'
const restic = `restic --repository-file ${place}/repository --password-file ${place}/password --cacert /etc/fettle/ca.pem --no-cache`

const copyByHand = `set -e
rm -rf ${copies}; mkdir -m 0711 ${copies}
${
  flavor === 'mariadb'
    ? `mariadb-backup --backup --target-dir=${copies}/data --user=root 2>/dev/null
mariadb-backup --prepare --target-dir=${copies}/data 2>/dev/null`
    : `chown mysql ${copies}; echo "CLONE LOCAL DATA DIRECTORY = '${copies}/data';" | mysql --no-defaults --user=root`
}
${restic} init >/dev/null
${restic} backup --quiet ${copies}/data
rm -rf ${copies}`

const restoreByHand = `set -e
rm -rf ${copies}; mkdir ${copies}
${restic} restore latest --target ${copies} >/dev/null
data=$(find ${copies} -name ibdata1 -printf %h)
chmod 0755 ${copies}; chown -R mysql:mysql ${copies}
systemd-run --quiet --collect --unit=by-hand -p User=mysql ${flavor === 'mariadb' ? '/usr/sbin/mariadbd --no-defaults' : '/usr/sbin/mysqld --no-defaults --mysqlx=OFF'} \\
  --datadir="$data" --socket=${copies}/socket --pid-file=${copies}/pid --skip-networking --innodb-buffer-pool-size=128M
until ${flavor} --no-defaults --user=root --socket=${copies}/socket -e 'SELECT 1' >/dev/null 2>&1; do sleep 0.2; done
${flavor === 'mariadb' ? 'mariadb-check' : 'mysqlcheck'} --no-defaults --user=root --socket=${copies}/socket --check --all-databases --silent
systemctl stop by-hand; rm -rf ${copies}`

const emptied = async (host: Login, vault: Login): Promise<void> => {
  await onHost(vault, 'rm -rf /srv/backup/_main')
  await onHost(host, 'rm -f /var/lib/fettle-backup/vault1_main.begun')
}

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}

try {
  await site.fettle('provision', '--yes')
  const [host, vault] = [site.reach('db1'), site.reach('vault1')]
  await onHost(host, loadTable(flavor))
  const [byHand, byFettle]: [number[][], number[][]] = [[], []]
  let steps = ''
  for (let round = 0; round < Number(rounds); round++) {
    await emptied(host, vault)
    byHand.push([await timed(() => onHost(host, copyByHand)), await timed(() => onHost(host, restoreByHand))])
    await emptied(host, vault)
    const copy = await timed(() => site.fettle('backup', 'run', '-l', 'db1'))
    steps = await site.stepsOfNewest()
    byFettle.push([copy, await timed(() => site.fettle('backup', 'drill', '--yes'))])
  }
  const row = (what: string, index: number): string => {
    const [hand, fettle] = [byHand, byFettle].map((all) => median(all.map((each) => each[index] ?? 0)))
    return `| ${what} | ${hand?.toFixed(1)} s | ${fettle?.toFixed(1)} s | ${((fettle ?? 0) / (hand ?? 1)).toFixed(2)}x |`
  }
  process.stdout.write(`${flavor}, ${rounds} rounds, medians
| | by hand | by Fettle | |
|---|---|---|---|
${row('a copy of 1 GB', 0)}
${row('a server with it, every table looked at', 1)}

The last ones by Fettle:
${steps}
${await site.stepsOfNewest()}
`)
} finally {
  await site.end()
}
