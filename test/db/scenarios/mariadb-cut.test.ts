import { networkCut } from '../faults/cut.ts'

networkCut('mariadb', 'trixie')
