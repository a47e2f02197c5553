import { databaseState } from '../../core/database.ts'

/** Where servers keep their data. */
export const folder = '/var/lib/mysql'

/** A copy that comes; one that is whole; one that takes the place of what was there. */
export const coming = `${folder}/.fettle-seed`
const ready = `${folder}/.fettle-seeded`
const moving = `${folder}/.fettle-moving`

/**
 * Puts a whole copy in the place of what was there; does nothing where there is none. Cut short anywhere, it goes on where
 * it was when it is run again.
 */
const swap = `set -eu
if [ -d ${ready} ]; then
  find ${folder} -mindepth 1 -maxdepth 1 ! -name '.fettle-*' ! -name 'debian-*' ! -name lost+found -exec rm -rf {} +
  sync -f ${folder}
  mv ${ready} ${moving}
fi
if [ -d ${moving} ]; then
  find ${moving} -mindepth 1 -maxdepth 1 -exec mv -f -t ${folder} {} +
  rmdir ${moving}
  sync -f ${folder}
fi`

/**
 * Shell that starts the server with the copy in its place. Its unit does the exchange before the server starts, so that
 * whoever starts it, a host that boots too, never starts it with half of a copy. Needs `$unit`.
 */
export const startWithCopy = (cluster: string): string => {
  const program = `${databaseState(cluster)}/swap`
  return `
cat >${program} <<'END'
${swap}
END
mkdir -p "/etc/systemd/system/$unit.d"
printf '[Service]\\nExecStartPre=+/bin/sh %s\\n' ${program} >"/etc/systemd/system/$unit.d/fettle-seed.conf"
systemctl daemon-reload
chown -R mysql:mysql ${coming}
sync -f ${coming}
mv ${coming} ${ready}
systemctl stop "$unit"
systemctl start "$unit"`
}

/** Shell that leaves the unit as it was. */
export const endSwap = (cluster: string): string => `
rm -f "/etc/systemd/system/$unit.d/fettle-seed.conf" ${databaseState(cluster)}/swap
rmdir --ignore-fail-on-non-empty "/etc/systemd/system/$unit.d"
systemctl daemon-reload`
