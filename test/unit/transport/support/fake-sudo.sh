#!/bin/sh
# Behaves as sudo does towards a program: FAKE_SUDO says what it demands, FAKE_SUDO_LOG gets a line for each try.
say() { printf '%s' "$*" >&2; }
case $FAKE_SUDO in
  free) [ "$1" = -n ] && { shift; exec "$@"; } ;;
  stranger) say "sudo: you are not allowed to do that
"; exit 1 ;;
esac
[ "$1" = -n ] && { say "sudo: a password is required
"; exit 1; }
prompt=$4
shift 5
for try in 1 2 3; do
  say "$prompt"
  read -r password || { echo 'end of input' >>"$FAKE_SUDO_LOG"; exit 1; }
  echo "$password" >>"$FAKE_SUDO_LOG"
  [ "$password" = "$FAKE_SUDO_PASSWORD" ] && exec "$@"
  say "Sorry, try again.
"
  sleep 0.1
done
say "sudo: 3 incorrect password attempts
"
exit 1
