import { badReplicas } from '../faults/replicas.ts'

badReplicas('mariadb', 'trixie')
