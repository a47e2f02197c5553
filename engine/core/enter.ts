/**
 * A shell function, `enter DIRECTORY`: changes into it, name by name. A symbolic link on the way is followed only where
 * root made it in a directory of root's, so nobody else chooses where the way leads, not even by swapping names
 * meanwhile. What is done to `.` and `./name` afterwards stays in the directory that was entered.
 */
export const enterFunction = `
enter() {
  rest=\${1#/}
  cd / || return
  while [ -n "$rest" ]; do
    here=\${PWD%/} next=\${rest%%/*}
    case $rest in */*) rest=\${rest#*/} ;; *) rest= ;; esac
    if [ -h "./$next" ] && [ "$(stat -c %u -- . "./$next" | sort -u)" = 0 ]; then
      cd -P -- "./$next" || return
    else
      cd -P -- "./$next" || return
      [ "$PWD" = "$here/$next" ] && continue
      echo "$here/$next is a symbolic link that root did not make" >&2
      return 1
    fi
  done
}`
