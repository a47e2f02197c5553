import { quote } from '../../core/shell.ts'

/** A server of a backend. */
export interface ServerRef {
  readonly backend: string
  readonly server: string
}

/** `drain`: no new requests but checks; `maint`: neither. */
export type ServerState = 'ready' | 'drain' | 'maint'

/** A server as one process of HAProxy sees it: after a reload, the old one goes on with a table of its own. */
export interface Seat extends ServerRef {
  readonly worker: number
  /** Whether the process takes new connections. */
  readonly current: boolean
  /** As in the statistics: `UP`, `DRAIN`, `MAINT`, `DOWN`, `no check`. */
  readonly status: string
  /** The last check's: `L7OK`, `L4CON`; empty where there was none. */
  readonly check: string
  /** The last check in HAProxy's words: `certificate verify failed`; empty where it says no more. */
  readonly why: string
  /** Requests that it is answering or that wait for it. */
  readonly busy: number
}

/** What every process said, and what it refused. */
export interface Seats {
  readonly seats: readonly Seat[]
  /** In the words of HAProxy. */
  readonly refusals: readonly string[]
}

/**
 * Shell that gives servers a state in every process of HAProxy, and then tells how all servers of their backends are.
 * Where HAProxy does not run there is nobody to tell. Needs HAProxy 2.6, with the master's socket of Debian's unit.
 */
export const askScript = (servers: readonly ServerRef[], state: ServerState | null): string => {
  const orders = state === null ? [] : servers.map((each) => `set server ${nameOf(each)} state ${state}`)
  const looks = [...new Set(servers.map(({ backend }) => backend))].map((backend) => `show stat ${backend} 4 -1`)
  const words = [...orders, ...looks].map(quote).join(' ')
  return `
master=/run/haproxy-master.sock
ask() { printf '%s\\n' "$1" | socat -t 10 - "UNIX-CONNECT:$master"; }
workers() { printf '%s\\n' "$1" | awk '$2 == "worker" { print $1 } /^# old/ { print "old" }'; }
[ -S "$master" ] && processes=$(ask 'show proc' 2>/dev/null) || exit 0
for try in 1 2 3; do
  numbers=$(workers "$processes")
  said=$(for worker in $numbers; do
    [ "$worker" != old ] || continue
    line=
    for word in ${words}; do line="$line;@!$worker $word"; done
    printf 'answers of %s\\n' "$worker"
    ask "\${line#;}"
  done)
  # A reload in between has made a process that was not asked.
  now=$(ask 'show proc' 2>/dev/null) || break
  [ "$(workers "$now")" != "$numbers" ] || break
  processes=$now
done
printf '%s\\n%s\\n' "$processes" "$said"`
}

export const nameOf = ({ backend, server }: ServerRef): string => `${backend}/${server}`

/** Reads what `askScript` printed. */
export const readSeats = (output: string): Seats => {
  const [processes = '', ...answers] = output.split(/^answers of /m)
  const old = new Set(oldWorkers(processes))
  const seats: Seat[] = []
  const refusals: string[] = []
  for (const answer of answers) {
    const worker = Number(answer.split('\n', 1)[0])
    const [said = '', ...tables] = answer.split(/^# /m)
    const current = !old.has(worker)
    for (const table of tables) seats.push(...readTable(table).map((row) => ({ ...row, worker, current })))
    // An old process need not know a server that came later, or may have just ended.
    if (current)
      refusals.push(
        ...said
          .split('\n')
          .slice(1)
          .filter((line) => line.trim() !== ''),
      )
  }
  return { seats, refusals }
}

const oldWorkers = (processes: string): number[] => {
  const [, old = ''] = processes.split(/^# old workers$/m)
  return old.split('\n').flatMap((line) => (/^\d+\s+worker\s/.test(line) ? [Number.parseInt(line, 10)] : []))
}

const readTable = (table: string): Omit<Seat, 'worker' | 'current'>[] => {
  const [header = '', ...rows] = table.split('\n')
  const names = header.split(',')
  const at = (row: readonly string[], name: string) => row[names.indexOf(name)] ?? ''
  return rows.flatMap((line) => {
    const row = fieldsOf(line)
    if (row.length < names.length - 1) return []
    const count = (name: string) => Number(at(row, name)) || 0
    return [
      {
        backend: at(row, 'pxname'),
        server: at(row, 'svname'),
        status: at(row, 'status'),
        check: at(row, 'check_status').replace(/^\* /, ''),
        why: at(row, 'last_chk'),
        busy: Math.max(count('scur'), count('used_conn_cur')) + count('qcur'),
      },
    ]
  })
}

/** What HAProxy says in its own words may hold commas, and is quoted. */
const fieldsOf = (line: string): string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
  )
