import { describe } from 'vitest'
import { proof } from '../support/proof.ts'

describe('MySQL', () => proof('mysql', 'sid'))
