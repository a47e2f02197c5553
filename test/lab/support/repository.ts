import { quote } from '../../../engine/core/shell.ts'

/** A package of a test's own. */
export interface TestPackage {
  readonly name: string
  readonly version: string
  /** Default: of none. */
  readonly security?: true
  /** The shell of its postinst. */
  readonly configure?: string
  /** What it brings, by path. */
  readonly files?: Readonly<Record<string, string>>
}

const folder = '/srv/repository'

const built = ({ name, version, configure, files = {} }: TestPackage): string => {
  const parts: Readonly<Record<string, string>> = {
    ...files,
    '/DEBIAN/control': `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: nobody <nobody@localhost>\nDescription: for tests\n`,
    ...(configure !== undefined && { '/DEBIAN/postinst': `#!/bin/sh\n${configure}\n` }),
  }
  const laid = Object.entries(parts).map(
    ([path, text]) =>
      `mkdir -p "$(dirname ${quote(`tree${path}`)})" && printf %s ${quote(text)} >${quote(`tree${path}`)}`,
  )
  return `
rm -rf tree; ${laid.join('\n')}
[ ! -e tree/DEBIAN/postinst ] || chmod 0755 tree/DEBIAN/postinst
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

/** Shell that has apt know these packages, from two archives that nobody has signed, and nothing else any more. */
export const offer = (packages: readonly TestPackage[]): string => `set -e
${archive(
  'main',
  '',
  packages.filter(({ security }) => !security),
)}
${archive(
  'security',
  'Origin: Debian-Security\nSuite: stable-security\n',
  packages.filter(({ security }) => security),
)}
rm -rf /etc/apt/sources.list.d/*
printf 'deb [trusted=yes] file:${folder}/%s ./\\n' main security >/etc/apt/sources.list`
