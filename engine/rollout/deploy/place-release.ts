import { FettleError } from '../../core/error.ts'
import { quote } from '../../core/shell.ts'
import type { AppHost } from './site.ts'

/** An archive, as far as hosts need to know. */
export interface Parcel {
  readonly release: string
  readonly version: string
  readonly sha256: string
  readonly bytes: number
  readonly content: { readonly bytes: number; readonly entries: number }
  /** Its bytes from one on. */
  read(from: number): AsyncIterable<Uint8Array>
}

/** Whether a host has room for it, twice: what becomes of a full disk nobody can say. */
export const roomProblem = ({ name, state, app }: AppHost, { bytes, content }: Parcel): string | null => {
  const [wanted, inodes] = [2 * (bytes + content.bytes), 2 * (content.entries + 10)]
  if (state.free.bytes >= wanted && state.free.inodes >= inodes) return null
  const megabytes = (count: number) => `${Math.ceil(count / 1e6)} MB`
  const { free } = state
  return `${name}: ${app.root} has ${megabytes(free.bytes)} and ${free.inodes} files free, ${megabytes(wanted)} and ${inodes} are wanted`
}

/**
 * Brings a release to a host: uploaded from where an earlier try ended, compared with its sum, unpacked aside, synced, and
 * only then given its name. Errors: `release.corrupt`, `step.failed`.
 */
export const placeRelease = async (host: AppHost, parcel: Parcel): Promise<void> => {
  if (host.state.releases.some(({ release }) => release === parcel.release)) return
  const { held } = host
  await held.during(`upload ${parcel.release}`, async () => {
    // What an earlier try left may be damaged: once more from the beginning tells.
    if (!(await upload(host, parcel)) && !(await upload(host, parcel))) throw corrupt(host, parcel)
  })
  await held.step(`unpack ${parcel.release}`, unpackScript(host, parcel))
}

const archiveAt = ({ app }: AppHost, { release }: Parcel): string => `${app.root}/releases/.${release}.tar.gz`

/** Whether what is there now is the whole archive. What is not is taken away. */
const upload = async (host: AppHost, parcel: Parcel): Promise<boolean> => {
  const file = quote(archiveAt(host, parcel))
  const there = Number(await host.held.ask(`[ -f ${file} ] && [ ! -h ${file} ] && stat -c %s ${file} || echo 0`))
  const sum =
    there === parcel.bytes
      ? await host.held.tell(`sha256sum <${file}`)
      : await receive(host, file, there < parcel.bytes ? there : 0, parcel)
  if (sum.startsWith(parcel.sha256)) return true
  await host.held.tell(`rm -f ${file}`)
  return false
}

/** The sum is made of what goes to the disk while it arrives; of what was there before, afterwards. */
const receive = ({ held }: AppHost, file: string, from: number, parcel: Parcel): Promise<string> =>
  held.feed(from === 0 ? receiveAll(file) : `cat >>${file} && sha256sum <${file}`, parcel.read(from))

const receiveAll = (file: string): string => `
rm -f ${file} ${file}~ && mkfifo -m 0600 ${file}~ || exit
sha256sum <${file}~ &
(set -C && umask 077 && tee ${file}~ >${file})
status=$?
wait
rm -f ${file}~
exit $status`

const corrupt = ({ name }: AppHost, { release }: Parcel): FettleError =>
  new FettleError({
    code: 'release.corrupt',
    host: name,
    message: `${release} arrives there with another sum than it was sent with`,
    hint: 'its disk or memory may be failing; nothing of the app was changed',
  })

/** What an archive brings along under our own names, or leads out of the release, is not followed. */
const unpackScript = (host: AppHost, parcel: Parcel): string => {
  const { app } = host
  return `
set -e
umask 027
archive=${quote(archiveAt(host, parcel))}
cd ${quote(`${app.root}/releases`)}
aside=.${parcel.release}
rm -rf "$aside"
mkdir -m 0750 "$aside"
tar -xzf "$archive" -C "$aside" --no-same-owner --no-same-permissions
rm -rf "$aside/.release" "$aside/.healthy" "$aside/.contracts" "$aside/.migrated"
shared() {
  kept=${quote(app.root)}/shared/$1 parent=$aside/$1
  parent=\${parent%/*}
  mkdir -p "$parent"
  case $(realpath "$parent")/ in "$PWD/$aside/"*) ;; *) echo "$1 leads out of the release" >&2; exit 1 ;; esac
  [ -e "$kept" ] || install -d -o ${quote(app.user)} -g ${quote(app.group)} -m 0750 "$kept"
  rm -rf "\${aside:?}/$1"
  ln -s "$kept" "$aside/$1"
}
${app.shared.map((path) => `shared ${quote(path)}`).join('\n')}
printf 'RELEASE=%s\\nVERSION=%s\\n' ${quote(parcel.release)} ${quote(parcel.version)} >"$aside/.release"
chown -hR root:${quote(app.group)} "$aside"
chmod -R u=rwX,g=rX,o= "$aside"
sync -f "$aside"
mv -T "$aside" ${quote(parcel.release)}
sync .
rm -f "$archive"`
}
