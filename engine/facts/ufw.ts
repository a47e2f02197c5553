import type { Fact } from '../core/fact.ts'

/** What ufw is told to do, and what the kernel does. */
export interface UfwAnswer {
  readonly installed: boolean
  /** By path: the lines that mean something to Fettle. */
  readonly files: Readonly<Record<string, readonly string[]>>
  /** Policies, and the rules of ufw's chains, as `iptables -S` prints them; null where the kernel does not know the family. */
  readonly kernel: { readonly 4: readonly string[] | null; readonly 6: readonly string[] | null }
}

const files = [
  'default/ufw',
  ...['ufw.conf', 'user.rules', 'user6.rules', 'before.rules', 'before6.rules'].map((name) => `ufw/${name}`),
]

/** Marked lines, settings, and rules of the chains that user.rules fills. */
const meant =
  '^(### |# (BEGIN|END) fettle|.*"fettle: management"|[A-Z0-9_]+=|-[AI] ufw6?-(user|logging|(before|after)-logging)-)'

/** One `grep`, and one `iptables` for each family. */
export const ufw: Fact<null, UfwAnswer> = {
  name: 'ufw',

  script: () => `
[ -x /usr/sbin/ufw ] || exit 0
echo installed
cd /etc && grep -sHE '${meant}' -- ${files.join(' ')}
IFS='
'
set -f
kernel() {
  for line in $("$2" -S 2>/dev/null); do
    rest=\${line#-A ufw}
    case \${rest#6} in
      -user-limit*) ;;
      '-P '* | '-A INPUT '* | *'fettle: management'* | *' -j ufw'*-user-*put | *' -j ufw'*-user-forward | \\
      -user-* | -logging-* | -after-logging-* | -before-logging-*) printf '%s|%s\\n' "$1" "$line" ;;
    esac
  done
}
kernel 4 iptables
[ ! -d /proc/sys/net/ipv6 ] || kernel 6 ip6tables`,

  parse: (output) => {
    const lines = output.split('\n')
    return [
      {
        installed: lines[0] === 'installed',
        files: Object.fromEntries(files.map((file) => [`/etc/${file}`, after(`${file}:`, lines)])),
        kernel: { 4: rulesIn(after('4|', lines)), 6: rulesIn(after('6|', lines)) },
      },
    ]
  },
}

const after = (begin: string, lines: readonly string[]): readonly string[] =>
  lines.filter((line) => line.startsWith(begin)).map((line) => line.slice(begin.length))

/** A family that the kernel knows has policies at least. */
const rulesIn = (lines: readonly string[]): readonly string[] | null => (lines.length > 0 ? lines : null)
