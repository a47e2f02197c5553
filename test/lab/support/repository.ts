import { quote } from '../../../engine/core/shell.ts'

/** A package of a test's own. */
export interface TestPackage {
  readonly name: string
  readonly version: string
  /** Default: of none. */
  readonly security?: true
  /** The shell of its preinst. */
  readonly unpack?: string
  /** The shell of its postinst. */
  readonly configure?: string
  /** What it brings, by path. */
  readonly files?: Readonly<Record<string, string>>
}

const folder = '/srv/repository'

const scriptOf = (name: string, body: string | undefined) =>
  body === undefined ? {} : { [`/DEBIAN/${name}`]: `#!/bin/sh\n${body}\n` }

const built = ({ name, version, unpack, configure, files = {} }: TestPackage): string => {
  const parts: Readonly<Record<string, string>> = {
    ...files,
    '/DEBIAN/control': `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: nobody <nobody@localhost>\nDescription: for tests\n`,
    ...scriptOf('preinst', unpack),
    ...scriptOf('postinst', configure),
  }
  const laid = Object.entries(parts).map(
    ([path, text]) =>
      `mkdir -p "$(dirname ${quote(`tree${path}`)})" && printf %s ${quote(text)} >${quote(`tree${path}`)}`,
  )
  return `
rm -rf tree; ${laid.join('\n')}
find tree/DEBIAN -name 'p*inst' -exec chmod 0755 {} +
dpkg-deb --root-owner-group --build tree ${name}.deb >/dev/null
{ cat tree/DEBIAN/control
  printf 'Filename: ./${name}.deb\\nSize: %s\\nSHA256: %s\\n\\n' "$(stat -c %s ${name}.deb)" "$(sha256sum <${name}.deb | cut -d' ' -f1)"
} >>Packages`
}

const archive = (name: string, about: string, packages: readonly TestPackage[]): string => `
rm -rf ${folder}/${name}; mkdir -p ${folder}/${name} && cd ${folder}/${name} && : >Packages
${packages.map(built).join('\n')}
printf '%sDate: %s\\nSHA256:\\n %s %s Packages\\n' ${quote(about)} "$(date -Ru | sed 's/+0000/UTC/')" \\
  "$(sha256sum <Packages | cut -d' ' -f1)" "$(stat -c %s Packages)" >Release`

/** Shell that makes an archive of these packages, which nobody has signed: `source`. */
export const archiveOf = (packages: readonly TestPackage[]): string => archive('main', '', packages)
export const source = `file:${folder}/main ./`

/** Shell that has apt know these packages, from two archives that nobody has signed, and nothing else any more. */
export const offer = (packages: readonly TestPackage[]): string => `set -e
${archiveOf(packages.filter(({ security }) => !security))}
${archive(
  'security',
  'Origin: Debian-Security\nSuite: stable-security\n',
  packages.filter(({ security }) => security),
)}
rm -rf /etc/apt/sources.list.d/*
printf 'deb [trusted=yes] file:${folder}/%s ./\\n' main security >/etc/apt/sources.list`
