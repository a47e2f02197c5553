#!/bin/sh
# Practice hosts on this machine, from nothing to a load-balanced shop with a database. With --down: removes them again.
set -eu
cd "$(dirname "$0")/.."
fettle() { echo; echo "\$ fettle $*"; node bin/fettle "$@"; }

sh scripts/setup.sh
[ -x bin/fettle ] || npx tsx scripts/build/index.ts

if [ "${1:-}" = --down ]; then
  fettle lab down --purge
  rm -rf .fettle
  echo 'The image that practice hosts are made of stays for the next time: /var/cache/fettle/lab'
  exit
fi

npx tsx scripts/build/index.ts
export FETTLE_INVENTORY=inventory/lab.yml
fettle lab up
fettle provision --yes
echo; echo 'Once more: there should be nothing to do.'
fettle provision --yes

fettle deploy shop --version v1 --as-is --yes

echo; echo 'Two balancers share an address; each gets a certificate of its own from an authority for practice.'
tries=0
until node bin/fettle certs >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ $tries -lt 60 ] || break
  sleep 1
done
fettle certs
fettle lb status
www=$(node bin/fettle lb status --json | sed -n 's/.*"name":"www","address":"\([^"]*\)".*/\1/p')
ca1=$(node bin/fettle inventory --host ca1 | sed -n 's/.*"ansible_host": "\(.*\)".*/\1/p')
node bin/fettle certificates --json | node --import tsx scripts/practice-root.ts "$ca1" >.fettle/root.pem
fettle certs check --ca .fettle/root.pem

echo; echo 'The next version, while people look around, order and download: about 60 requests a second.'
node --import tsx test/load/generator/cli.ts https://shop.test/ --at "$www" --ca .fettle/root.pem --seconds 600 >.fettle/load.txt 2>&1 &
load=$!
fettle deploy shop --version v2 --as-is --yes

echo; echo 'Still under way: the other database server becomes the one that takes orders.'
fettle db status
fettle db switchover --yes
fettle db status
kill "$load" 2>/dev/null || :
wait "$load" 2>/dev/null || :
echo; cat .fettle/load.txt
grep -q ' requests, 0 failed$' .fettle/load.txt

holder=$(node bin/fettle lb status --json | sed -n 's/.*"host":"\([^"]*\)","standing":"has it".*/\1/p')
echo; echo "The balancer that has the address dies. A visitor comes every 20 ms, each time with a new connection."
node --import tsx test/lab/edge/prober-cli.ts https://shop.test/ "$www" .fettle/root.pem >.fettle/outage.txt &
probe=$!
sleep 2
fettle lab off "$holder"
until node bin/fettle lb status --json 2>/dev/null | grep -q '"standing":"has it"'; do sleep 1; done
kill "$probe"
wait "$probe" || :
cat .fettle/outage.txt
fettle lb status || echo "(exit status $?)"
fettle lab up "$holder"
until node bin/fettle lb status >/dev/null 2>&1; do sleep 1; done
fettle lb status

echo; echo 'Copies of what must survive a fire, of the databases too; then somebody drops a table.'
fettle backup run
writer=$(node bin/fettle db status --json | sed -n 's/.*"writer":"\([^"]*\)".*/\1/p')
sleep 2 # binlogs know whole seconds
at=$(date -u +%FT%TZ)
sleep 2
fettle exec -l "$writer" -- mariadb -e 'DROP TABLE shop.orders'
fettle restore db --at "$at" --table shop.orders --yes
fettle exec -l "$writer" -- mariadb -e 'SELECT COUNT(*) AS orders FROM shop.orders'
fettle backup drill --yes
fettle releases shop
fettle runs --limit 5
fettle firewall
fettle firewall --verify

lock_out="--set base.ssh.extra=AllowUsers\\ nobody"
echo; echo 'A change that lets nobody log in any more: Fettle tries the way in, and the host takes the change back.'
echo; echo "\$ fettle provision --yes -l web3 $lock_out"
node bin/fettle provision --yes -l web3 --set 'base.ssh.extra=AllowUsers nobody' || echo "(exit status $?)"

echo; echo 'The same with a killed Fettle, so that nobody is left to notice. Watch the host heal itself:'
echo; echo "\$ fettle provision --yes -l web2 $lock_out & kill -9 \$!"
node bin/fettle provision --yes --json -l web2 --set 'base.ssh.extra=AllowUsers nobody' >.fettle/demo.log 2>&1 &
victim=$!
until grep -q 'step.done.*restart ssh.service' .fettle/demo.log || ! kill -0 $victim 2>/dev/null; do :; done
kill -9 $victim 2>/dev/null || :
wait $victim 2>/dev/null || :
began=$(date +%s)
until node bin/fettle exec -l web2 -- true >/dev/null 2>&1; do
  echo "  $(($(date +%s) - began)) s: locked out"
  [ $(($(date +%s) - began)) -lt 120 ] || exit 1
  sleep 3
done
echo "  $(($(date +%s) - began)) s: the host lets us in again"
fettle provision --yes

cat <<END

That was real: Debian, systemd, sshd, Node, HAProxy, MariaDB, ufw. Try next:
  export FETTLE_INVENTORY=inventory/lab.yml                  which hosts are meant
  node bin/fettle plan                                       nothing to do
  node bin/fettle exec -l web1 -- systemctl stop shop@3000   break something
  node bin/fettle plan                                       see what it found
  node bin/fettle provision                                  mend it
  node bin/fettle rollback                                   the release before, everywhere
  node bin/fettle db switchover                              the first database server again
  node bin/fettle undo web1                                  what was replaced, and how to go back
  node bin/fettle ssh lb1                                    look around
  npm run demo -- --down                                     remove every trace
END
