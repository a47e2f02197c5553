import { bracketed } from '../../engine/core/addresses.ts'
import { FettleError } from '../../engine/core/error.ts'
import {
  certificateFile,
  certificateFolder,
  haproxyCertificate,
  ownCertificateFile,
} from '../../engine/core/haproxy.ts'
import type { ShownCertificate } from '../../engine/core/public-certificate.ts'
import type { Declaration } from '../../engine/core/resource.ts'
import type { RoleContext, Topology } from '../../engine/core/role.ts'
import { didYouMean } from '../../engine/core/suggest.ts'
import { apt } from '../../engine/resources/apt.ts'
import { command } from '../../engine/resources/command.ts'
import { directory } from '../../engine/resources/directory.ts'
import { file } from '../../engine/resources/file.ts'
import type { HaproxySettings } from './settings.ts'

type Context = RoleContext<HaproxySettings>

/** Where clients see which certificate. */
export const shownBy = ({ settings }: Topology<HaproxySettings>): readonly ShownCertificate[] =>
  Object.values(settings.frontends).flatMap(({ address, tls }) =>
    (tls?.certificates ?? []).map((certificate) => ({ certificate, address, port: tls?.port ?? 443 })),
  )

/** Certificates, one of its own in place of each that is still to come, and the program that has them shown. */
export const certificates = (context: Context, unit: string): readonly Declaration[] => {
  const shown = shownBy(context)
  if (shown.length === 0) return []
  const names = [...new Set(shown.map(({ certificate }) => certificate))]
  return [
    apt.installed({ name: 'openssl' }),
    directory.present({ path: certificateFolder, mode: '0700' }),
    ...names.map((name) => certificateOf(context, name, unit)),
    file.present({
      path: haproxyCertificate,
      content: context.render('haproxy/certificate', { shown: shown.map((each) => programView(context, each)) }),
      mode: '0755',
    }),
  ]
}

const certificateOf = (context: Context, name: string, unit: string): Declaration => {
  const own = context.settings.certificates[name]
  const path = certificateFile(name)
  return own
    ? file.present({ path: fileOf(context.settings, name), content: own, mode: '0600', reloads: [unit] })
    : command.run({
        name: `show a certificate of its own as ${name}, until there is another one`,
        script: placeholder,
        args: [path, ownCertificateFile(name), ...namesOf(context, name)],
        creates: path,
      })
}

/** Where a certificate is that a frontend shows. */
export const fileOf = ({ certificates }: Pick<HaproxySettings, 'certificates'>, name: string): string =>
  certificates[name] ? ownCertificateFile(name) : certificateFile(name)

/** Errors: `settings.invalid` where nobody gets such a certificate for the host. */
const namesOf = ({ site, host, settings }: Context, name: string): readonly string[] => {
  const issued = site.publicCertificates(host.name)
  const found = issued.find((each) => each.name === name)
  if (found) return found.names
  const known = [...issued.map((each) => each.name), ...Object.keys(settings.certificates)]
  throw new FettleError({
    code: 'settings.invalid',
    host: host.name,
    message: `a frontend of ${host.name} is to show the certificate "${name}", which nobody gets for it`,
    hint:
      didYouMean(name, known) ??
      `there ${known.length === 1 ? 'is' : 'are'}: ${known.join(', ') || 'none'}; say letsencrypt: { certificates: { ${name}: { names: [NAME] } } }`,
  })
}

const programView = (context: Context, { certificate, address, port }: ShownCertificate) => ({
  certificate,
  file: fileOf(context.settings, certificate),
  at: `${address === '::' ? '127.0.0.1' : bracketed(address)}:${port}`,
  name: context.settings.certificates[certificate] ? '' : namesOf(context, certificate)[0]?.replace('*', 'any'),
})

/**
 * What people brought until now, else one that is worth nothing for browsers: HAProxy starts, and clients that only want a
 * secret line have it.
 */
const placeholder = `umask 077
pem=$1 own=$2
shift 2
if [ -e "$own" ]; then
  cp "$own" "$pem.new"
  mv -f "$pem.new" "$pem"
  exit
fi
names=
for name in "$@"; do names="$names\${names:+,}DNS:$name"; done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj '/CN=Fettle placeholder' \\
  -addext "subjectAltName=$names" -keyout "$pem.key" -out "$pem.new" 2>/dev/null
cat "$pem.key" >>"$pem.new"
rm -f "$pem.key"
mv -f "$pem.new" "$pem"`
