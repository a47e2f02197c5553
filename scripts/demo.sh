#!/bin/sh
# Practice hosts on this machine, from nothing to a load-balanced website. With --down: removes them again.
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

address=$(node bin/fettle inventory --host lb1 | sed -n 's/.*"ansible_host": "\(.*\)".*/\1/p')
answered() {
  for _ in 1 2 3 4 5 6 7 8 9; do
    curl -fsS -D - -o /dev/null "http://$address/" | tr -d '\r' | sed -n 's/^[Xx]-[Ss]erved-[Bb]y: /  answered by /p'
  done | sort | uniq -c
}
# HAProxy lets a server in when it has been healthy twice, and gives it its share little by little.
echo; echo "\$ curl http://$address/   (nine times, through HAProxy)"
for _ in $(seq 30); do
  answers=$(answered)
  [ "$(echo "$answers" | wc -l)" -lt 3 ] || break
  sleep 1
done
echo "$answers"
cat <<END

That was real: Debian, systemd, sshd, nginx, HAProxy. Try next:
  export FETTLE_INVENTORY=inventory/lab.yml                  which hosts are meant
  node bin/fettle plan                                       nothing to do
  node bin/fettle exec -l web -- systemctl stop nginx        break something
  node bin/fettle plan                                       see what it found
  node bin/fettle provision                                  mend it
  node bin/fettle ssh lb1                                    look around
  npm run demo -- --down                                     remove every trace
END
