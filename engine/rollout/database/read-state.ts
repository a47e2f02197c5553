import type { DatabaseAnswer, DatabaseHost, DatabaseSource, Epoch, Flavor, SemiSync } from '../../core/database.ts'

/** Reads what `stateScript` printed: `name TAB value`, and of replication a line of names and one of values. */
export const readState = (text: string): DatabaseHost => {
  const said = saidIn(text)
  const stuck = said.get('stuck')
  const version = stuck === undefined ? said.get('version') : undefined
  return {
    unit: said.get('unit') ?? '',
    epoch: epochIn(said.get('epoch') ?? ''),
    copy: copyIn(said.get('copy')),
    server: version === undefined ? null : serverIn(said, version),
    silence: stuck ?? (version === undefined ? (/^ERROR .*/m.exec(text)?.[0] ?? '') : ''),
  }
}

type Said = ReadonlyMap<string, string>

const saidIn = (text: string): Said => {
  const lines = text.split('\n')
  const pairs = lines.flatMap((line) => {
    const [, name, value] = /^([a-z_]+|Rpl_\w+)\t(.*)$/.exec(line) ?? []
    return name === undefined || value === undefined ? [] : [[plain(name), value] as const]
  })
  return new Map([...pairs, ...statusIn(lines)])
}

/** A line of names, and one of values. */
const statusIn = (lines: readonly string[]): readonly (readonly [string, string])[] => {
  const at = lines.findIndex((line) => /^(Slave|Replica)_IO_State\t/.test(line))
  const values = lines[at + 1]?.split('\t') ?? []
  return at < 0 ? [] : (lines[at]?.split('\t') ?? []).map((name, index) => [plain(name), values[index] ?? ''] as const)
}

/** MySQL calls source and replica what MariaDB calls master and slave. */
const plain = (name: string): string =>
  name.replace('Master_', 'Source_').replace('_master_', '_source_').replace('Slave_', 'Replica_')

const epochIn = (text: string): Epoch | null => {
  const [number, writer] = text.split(' ')
  return number && writer && /^\d+$/.test(number) ? { number: Number(number), writer } : null
}

const copyIn = (text: string | undefined): DatabaseHost['copy'] => (text === 'begun' || text === 'taken' ? text : null)

const isOn = (value: string | undefined): boolean => value === '1' || value === 'ON'

const serverIn = (said: Said, version: string): DatabaseAnswer => ({
  flavor: said.get('flavor') as Flavor,
  version,
  own: said.get('own') ?? '',
  writable: ['0', 'OFF'].includes(said.get('read_only') ?? ''),
  position: said.get('position') ?? '',
  executed: said.get('executed') ?? '',
  databases: Number(said.get('databases')),
  source: sourceIn(said),
  lag: said.has('lag') ? Number(said.get('lag')) : null,
  semiSync: semiSyncIn(said),
})

const semiSyncIn = (said: Said): SemiSync => ({
  wanted: isOn(said.get('semi_sync')),
  waiting: isOn(said.get('Rpl_semi_sync_source_status')),
  replicas: Number(said.get('Rpl_semi_sync_source_clients') ?? 0),
})

const sourceIn = (said: Said): DatabaseSource | null => {
  const address = said.get('Source_Host')
  if (!address) return null
  const receiver = said.get('Replica_IO_Running')
  return {
    address,
    port: Number(said.get('Source_Port')),
    receiver: receiver === 'Yes' ? 'running' : receiver === 'No' ? 'stopped' : 'connecting',
    applier: said.get('Replica_SQL_Running') === 'Yes' ? 'running' : 'stopped',
    // With several appliers, the status of MySQL says only where to look.
    trouble: [said.get('Last_IO_Error'), said.get('applier_error') ?? said.get('Last_SQL_Error')]
      .filter(Boolean)
      .join('; '),
    // MySQL breaks the line after each server, which its client writes as two letters.
    received: said.get('Gtid_IO_Pos') ?? said.get('Retrieved_Gtid_Set')?.replaceAll('\\n', '') ?? '',
    verifies: said.get('Source_SSL_Verify_Server_Cert') === 'Yes',
  }
}
