/** What `import('ssh2')` gives. It is loaded late: commands that reach no host should not pay 40 ms for it. */
export type Ssh2 = typeof import('ssh2')

export const loadSsh2 = async (): Promise<Ssh2> => {
  const loaded: Ssh2 & { readonly default?: Ssh2 } = await import('ssh2')
  // A CommonJS package, whose names not every loader finds: all of them are on the default export.
  return loaded.default ?? loaded
}
