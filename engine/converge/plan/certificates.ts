import type { IssuedToHost } from '../../core/certificate.ts'
import { FettleError } from '../../core/error.ts'
import type { Role, RoleContext } from '../../core/role.ts'
import { didYouMean } from '../../core/suggest.ts'

/** What a role may use of the site's authority. Errors: `certificate.invalid` for what no role asks for. */
export const certificatesFor = (
  role: Role,
  issued: IssuedToHost | undefined,
): Pick<RoleContext<unknown>, 'certificate' | 'authority'> => ({
  certificate: (name) => {
    const found = issued?.certificates.get(name)
    if (found) return found
    const hint = didYouMean(name, issued?.certificates.keys() ?? [])
    throw unasked(role, `the certificate "${name}", which no role of this host asks for`, hint)
  },
  authority: () => {
    if (role.certificates && issued) return issued.authority
    throw unasked(role, 'the certificate of the authority, and asks for none')
  },
})

const unasked = ({ name }: Role, what: string, hint?: string): FettleError =>
  new FettleError({
    code: 'certificate.invalid',
    message: `role "${name}" uses ${what}`,
    hint: hint ?? 'a role says in `certificates` what it needs of the authority',
  })
