/** A balancer for each HAProxy that is looked after: 2.6, 3.0 and 3.2. */
export const balancerOfEachRelease = [
  'lb1',
  { name: 'lb2', release: 'trixie' },
  { name: 'lb3', release: 'sid' },
] as const
