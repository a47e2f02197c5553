import type { PracticeHost } from '../../lab/harness.ts'

/** What the web servers of these tests serve. */
export const page = 'hello'

/** A role that serves it. */
export const server = {
  nginx: { sites: { shop: { default: true, root: '/srv/www/shop', content: { 'index.html': `${page}\n` } } } },
}

/** Somebody who asks web servers for their page, again and again, whatever becomes of us. */
export interface Visitor {
  /** Ends it, and says how many requests failed: `0 of 412`. */
  leave(): Promise<string>
}

/** A connection of its own for each request, with two seconds for the answer; anything but the page is a failure. */
const script = (addresses: readonly string[]) => `
trap exit TERM
while :; do
  for address in ${addresses.join(' ')}; do
    answer=$(timeout 2 bash -c 'exec 3<>"/dev/tcp/$0/80" && printf "GET / HTTP/1.0\\r\\n\\r\\n" >&3 && cat <&3' "$address" 2>/dev/null)
    case $answer in *"200 OK"*${page}*) echo good ;; *) echo bad ;; esac
  done
  sleep 0.05
done >/run/visits`

/** From a host of its own, so that the visits go on where ours are cut off. */
export const visit = async (from: PracticeHost, ...hosts: readonly PracticeHost[]): Promise<Visitor> => {
  const encoded = Buffer.from(script(hosts.map(({ address }) => address))).toString('base64')
  await from.sh(`echo ${encoded} | base64 -d >/run/visitor; systemd-run -q --collect --unit=visitor sh /run/visitor`)
  return {
    leave: async () => {
      const { stdout } = await from.sh('systemctl stop visitor; grep -c bad /run/visits; grep -c "" /run/visits')
      const [bad, all] = stdout.split('\n')
      return `${bad} of ${all}`
    },
  }
}
