import type { Flavor } from '../../engine/core/database.ts'
import { copyPassword } from '../practice.ts'
import { type Login, onHost } from '../site.ts'

const aside = '/var/lib/mysql/.by-hand'

/** Lets root of the one host in to the other one, as somebody would who copies by hand. */
export const prepare = async (flavor: Flavor, donor: Login, target: Login): Promise<void> => {
  if (flavor === 'mysql') return
  const { stdout } = await onHost(
    donor,
    'mkdir -p -m 0700 /root/.ssh; ssh-keygen -q -t ed25519 -N "" -f /root/.ssh/copy; cat /root/.ssh/copy.pub',
  )
  await onHost(target, `mkdir -p -m 0700 /root/.ssh; echo '${stdout}' >>/root/.ssh/authorized_keys`)
}

/** A copy that is ready to be used, as the manuals make it. */
export const copyOf = (flavor: Flavor, donor: Login, target: Login): Promise<unknown> =>
  flavor === 'mariadb' ? streamed(donor, target) : cloned(donor, target)

const streamed = async (donor: Login, target: Login): Promise<void> => {
  const ssh = `ssh -i /root/.ssh/copy -o StrictHostKeyChecking=no root@${target.address}`
  await onHost(
    donor,
    `mariadb-backup --backup --stream=mbstream --user=root 2>/run/by-hand.log |
  ${ssh} 'rm -rf ${aside}; mkdir ${aside} && mbstream -x -C ${aside}' && tail -n 1 /run/by-hand.log | grep -q 'completed OK'`,
  )
  await onHost(target, `mariadb-backup --prepare --target-dir=${aside} 2>/run/by-hand.log`)
  await onHost(target, `rm -rf ${aside}`)
}

const cloned = (donor: Login, target: Login): Promise<unknown> =>
  onHost(
    target,
    `
ask() { mysql --no-defaults --user=root --batch --skip-column-names; }
last=$(echo 'SELECT begin_time FROM performance_schema.clone_status;' | ask)
ask <<END >/dev/null 2>&1
SET GLOBAL super_read_only = OFF; SET GLOBAL clone_valid_donor_list = '${donor.address}:3306';
CLONE INSTANCE FROM 'backup'@'${donor.address}':3306 IDENTIFIED BY '${copyPassword}' REQUIRE SSL;
END
until [ "$(echo "SELECT CONCAT(state, begin_time <> '$last') FROM performance_schema.clone_status;" | ask 2>/dev/null)" = Completed1 ]; do
  sleep 0.1
done`,
  )
