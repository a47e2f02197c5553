/** What a job of this name runs, and when, where the site says nothing else of it: as in `schedule:`, by key. */
export const builtIn: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  drift: { run: 'drift', at: '*/15 * * * *' },
  backup: { run: 'backup run', at: '0 3 * * *', expect: '26h' },
  sql: { run: 'backup run --sql', at: '0 2 * * 0', expect: '8d' },
  patch: { run: 'patch --security --yes', at: '0 4 * * 2', expect: '8d' },
  verify: { run: 'backup verify', at: '0 5 * * *', expect: '26h' },
  drill: { run: 'backup drill --yes', at: '0 6 * * 6', expect: '8d' },
  prune: { run: 'backup prune', at: '0 7 * * *' },
  certificates: { run: 'certificates --within 14d', at: '0 8 * * *' },
  certs: { run: 'certs check', at: '30 8 * * *' },
}
