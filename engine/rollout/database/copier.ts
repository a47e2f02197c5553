import { FettleError } from '../../core/error.ts'
import { type Cluster, lookAt } from './cluster.ts'
import { donorOf } from './donor.ts'
import { rightful } from './judge.ts'
import { answers } from './member.ts'

/** Who makes a copy of a cluster that is kept elsewhere, and whether it is the writer itself for want of a replica in order. */
export interface Copier {
  readonly name: string
  readonly isWriter: boolean
}

/** The replica in order that is least behind, else the writer. Errors: `database.refused` where that does not answer. */
export const copierOf = async (cluster: Cluster): Promise<Copier> => {
  const members = await lookAt(cluster)
  const { writer: name } = rightful(members, cluster.primary)
  const writer = members.find((member) => member.name === name)
  if (!writer || !answers(writer)) {
    const message = `nobody knows which server of "${cluster.name}" is in order: the writer, ${name}, does not answer`
    throw new FettleError({
      code: 'database.refused',
      host: name,
      message,
      hint: 'fettle db status says how all of them are',
    })
  }
  const best = donorOf(members, writer, writer)
  return { name: best.name, isWriter: best.name === name }
}
