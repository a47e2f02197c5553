/**
 * Makes the kernel do what the files say, from whatever there is: what is left of ufw's chains goes first, because ufw
 * fills its chains and does not ask whether anything leads to them. A firewall that is disabled stays away; one that
 * does not load whole is taken down, since half of one keeps everybody out.
 */
export const startScript = `
clear() { # iptables | ip6tables, ufw | ufw6
  "$1" -S >/dev/null 2>&1 || return 0
  {
    printf '%s\\n' '*filter' ':INPUT ACCEPT [0:0]' ':OUTPUT ACCEPT [0:0]' ':FORWARD ACCEPT [0:0]'
    "$1" -S | sed -nE "s/^-A (INPUT|OUTPUT|FORWARD) (-j $2-.*)/-D \\1 \\2/p; s/^-N ($2-.*)/:\\1 - [0:0]/p"
    echo COMMIT
  } | "$1-restore" -n || return
  for chain in $("$1" -S | sed -n "s/^-N \\($2-.*\\)/\\1/p"); do "$1" -X "$chain" 2>/dev/null; done
  return 0
}
clear iptables ufw && clear ip6tables ufw6 || exit
/lib/ufw/ufw-init start && systemctl start ufw.service && exit
/lib/ufw/ufw-init force-stop
echo 'the firewall did not load, and was taken down again' >&2
exit 1`

/**
 * Fills ufw's chains anew, all of a family at once: no moment without rules, and all the former ones where one of the
 * new ones is wrong.
 */
export const reloadScript = `
rules() { sed -n '/^\\*filter/,/^COMMIT/{/^[-:]/p;}' "/etc/ufw/$1.rules"; }
load() { # iptables | ip6tables, nothing | 6
  {
    echo '*filter'
    rules "user$2"
    rules "before$2"
    for way in input output forward; do echo "-A ufw$2-before-$way -j ufw$2-user-$way"; done
    rules "after$2"
    echo COMMIT
  } | "$1-restore" -n
}
load iptables "" || exit
[ "$1" = 4 ] || load ip6tables 6`

/** Whether the future files load, in a network of their own that vanishes. Not every container may have one. */
export const validateScript = `
unshare --net true 2>/dev/null || exit 0
unshare --net /lib/ufw/ufw-init start`

/** What a guard does once the former files are back. At boot, ufw starts right after. */
export const undoScript = `[ "$1" != boot ] || exit 0
${startScript}`

/** ufw is a unit as well, which loads the rules at boot. */
export const enableScript = 'systemctl unmask -q -- "$1" && systemctl enable -q -- "$1"'
