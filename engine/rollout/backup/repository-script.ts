import { authorityFile } from '../../core/certificate.ts'
import { command } from '../../core/shell.ts'

/** Shell with `repository`, which is restic with what a host has in a folder to open a repository; it only reads. */
export const repositoryIn = (place: string): string => {
  const files = command('--repository-file', `${place}/repository`, '--password-file', `${place}/password`)
  return `repository() { restic ${files} --cacert ${authorityFile} --no-cache --no-lock "$@"; }`
}
