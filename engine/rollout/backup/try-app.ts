import type { App } from '../../core/app.ts'
import { quote } from '../../core/shell.ts'
import { itself, probeInstance } from '../deploy/probe-instance.ts'
import type { AppHost } from '../deploy/site.ts'
import { questionOf } from '../rotation/probe.ts'
import type { Reach } from './reach.ts'

/** An app that was healthy with a copy of its database. */
export interface Tried {
  readonly app: string
  readonly host: string
  readonly release: string
  /** Milliseconds from its start until then. */
  readonly duration: number
}

/** The first port that is looked at for it: below those that systems give away by themselves. */
const firstPort = 20_000

/** Seconds that its migration may take, and after which it is ended even if nobody does it. */
const longest = 900

/**
 * Starts one more instance of an app, as the host has it, with a copy as its database, which its migration brings up to
 * date as after a disaster, until it is healthy. It is in no rotation, may change nothing of what the app keeps, and comes to
 * nobody but that database, where the kernel can tell. Errors: `step.failed`, `instance.unhealthy` with its last words.
 */
export const tryApp = async (host: AppHost, release: string, reach: Reach): Promise<Tried> => {
  const { app, held } = host
  const started = performance.now()
  const said = await held.during(`start ${app.name} with it`, () =>
    held.tell(`(${startScript(app, release, reach)}\n)`),
  )
  const port = Number(said)
  const unit = `${app.name}@${port}.service`
  const [usual] = app.instances as [App['instances'][0]]
  const question = questionOf({ name: host.name, address: '127.0.0.1' }, { ...usual, port }, release)
  await held.during(`wait until ${app.name} is healthy with it`, () =>
    probeInstance(host, unit, [itself(host)], question),
  )
  return { app: app.name, host: host.name, release, duration: performance.now() - started }
}

/** Ends what was begun to try an app, also by a run that was killed. */
export const endTrial = ({ app, held }: Pick<AppHost, 'app' | 'held'>): Promise<void> =>
  held.step(`stop the ${app.name} that was tried`, endScript(app))

const endScript = ({ name }: App): string => `
for folder in /run/systemd/system/${name}@*.service.d; do
  [ -e "$folder/drill.conf" ] || continue
  unit=\${folder##*/}
  systemctl stop "\${unit%.d}"
  rm -r "$folder"
  systemctl daemon-reload
  systemctl reset-failed "\${unit%.d}" 2>/dev/null || :
done`

const startScript = (app: App, release: string, { address, port }: Reach): string => `
set -eu
${endScript(app)}
port=${firstPort}
while ss -Hltn "sport = :$port" | grep -q .; do port=$((port + 1)); done
unit=${app.name}@$port.service
folder=/run/systemd/system/$unit.d
mkdir -p "$folder"
cat >"$folder/database.env" <<'END'
DATABASE_HOST=${address}
DATABASE_WRITER_PORT=${port}
DATABASE_READER_PORT=${port}
END
printf '%s\\n' ${quote(app.migrate ?? ':')} >"$folder/migrate"
cat >"$folder/drill.conf" <<END
[Unit]
ConditionPathExists=
[Service]
WorkingDirectory=${app.root}/releases/${release}
EnvironmentFile=
EnvironmentFile=${app.root}/releases/${release}/.release
EnvironmentFile=${app.environment}
EnvironmentFile=$folder/database.env
ExecStartPre=
ExecStartPre=/bin/sh $folder/migrate
TimeoutStartSec=${longest}
ReadWritePaths=
Restart=no
RuntimeMaxSec=${longest}
IPAddressDeny=any
IPAddressAllow=localhost ${address}
END
systemctl daemon-reload
systemctl start "$unit" || { journalctl --no-pager --quiet --lines 20 --output cat --unit "$unit" >&2; exit 1; }
printf %s "$port"`
