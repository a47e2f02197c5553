import { describe } from 'vitest'
import { proof } from '../support/proof.ts'

describe('MariaDB', () => proof('mariadb', 'trixie'))
