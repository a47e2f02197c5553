import type { Flavor } from '../../engine/core/database.ts'
import { quote } from '../../engine/core/shell.ts'
import { type Login, onHost } from '../site.ts'

/** Seconds since 1970. */
export interface Window {
  readonly began: number
  readonly ended: number
}

/** One write: when it began, and microseconds until it was committed. */
interface Latency {
  readonly at: number
  readonly took: number
}

const sql = (flavor: Flavor): string =>
  `${flavor} --no-defaults --user=root --batch --raw --skip-column-names --unbuffered`

const rowsOf = 2 ** 20

/** A table of 1 GB of random bytes, and a procedure that changes rows of it and tells how long each change took. */
export const loadTable = (flavor: Flavor): string => `
{ cat <<'END'
SET sql_log_bin = 0;
CREATE TABLE shop.orders (id INT PRIMARY KEY AUTO_INCREMENT, note VARBINARY(1000));
INSERT INTO shop.orders (id, note) VALUES (1, RANDOM_BYTES(950));
END
for power in $(seq 0 19); do
  echo "INSERT INTO shop.orders (id, note) SELECT id + (1 << $power), RANDOM_BYTES(950) FROM shop.orders;"
done
cat <<'END'
SET sql_log_bin = 1;
DELIMITER //
CREATE PROCEDURE shop.changes() BEGIN
  DECLARE began DATETIME(6);
  DECLARE chosen INT;
  LOOP
    SET chosen = 1 + FLOOR(RAND() * ${rowsOf});
    SET began = SYSDATE(6);
    UPDATE shop.orders SET note = RANDOM_BYTES(950) WHERE id = chosen;
    SELECT 'write', UNIX_TIMESTAMP(began), TIMESTAMPDIFF(MICROSECOND, began, SYSDATE(6));
    DO SLEEP(0.02);
  END LOOP;
END//
END
} | ${sql(flavor)}`

export interface Load {
  stop(): Promise<readonly Latency[]>
}

/** Four connections of the server's own host: some 150 changes a second at most. */
export const startLoad = async (flavor: Flavor, source: Login): Promise<Load> => {
  const call = `echo 'CALL shop.changes();' | ${sql(flavor)} >/var/tmp/writes.`
  const names = [1, 2, 3, 4]
  await onHost(
    source,
    names
      .map((n) => `systemd-run --quiet --collect --unit=writes-${n} sh -c ${quote(`exec 2>&1; ${call}${n}`)}`)
      .join('\n'),
  )
  return {
    stop: async () => {
      await onHost(source, `systemctl stop ${names.map((n) => `writes-${n}`).join(' ')}`)
      const { stdout } = await onHost(source, "grep -h '^write' /var/tmp/writes.*")
      return stdout.split('\n').flatMap((line) => {
        const [, at, took] = line.split('\t').map(Number)
        return at === undefined || took === undefined || Number.isNaN(took) ? [] : [{ at, took }]
      })
    },
  }
}

/** Microseconds of the writes that began in one of these times. */
export const within = (all: readonly Latency[], windows: readonly Window[]): readonly number[] =>
  all.filter(({ at }) => windows.some(({ began, ended }) => at >= began && at < ended)).map(({ took }) => took)

export const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((one, other) => one - other)[Math.ceil((values.length * share) / 100) - 1] ?? Number.NaN
