import { setImmediate as turn } from 'node:timers/promises'

type Everything = typeof import('ssh2')

/** What is needed of `ssh2`. */
export type Ssh2 = Pick<Everything, 'Client' | 'OpenSSHAgent'> & {
  readonly utils: Pick<Everything['utils'], 'parseKey'>
}

/** It is loaded late: commands that reach no host should not pay 40 ms for it, and others connect meanwhile. */
export const loadSsh2 = async (): Promise<Ssh2> => {
  await turn()
  const loaded: Ssh2 & { readonly default?: Ssh2 } = await import('ssh2')
  // A CommonJS package, whose names not every loader finds: all of them are on the default export.
  return loaded.default ?? loaded
}
