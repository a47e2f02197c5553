import { certificatesFor } from '../../../engine/converge/plan/certificates.ts'
import type { Role } from '../../../engine/core/role.ts'

/** Of a context for roles that need nothing of the site's authority. */
export const noCertificates = certificatesFor({ name: 'tested' } as Role, undefined)
