/** What has faults and load under test try everything rather than what stands for its kind, or one part of it: `1/3`. */
export const extentOf = (all: boolean, shard: string): Record<string, string> => {
  if (!/^[1-9]\d*\/[1-9]\d*$/.test(shard)) throw new RangeError('a shard is one of several: --shard 1/3')
  return { FETTLE_EXTENT: all ? 'all' : 'one of each', FETTLE_SHARD: shard }
}

/** Projects that share out their cases among shards themselves; of all others each shard has some files. */
export const byCase: readonly string[] = ['boundaries', 'load']

export const byFile: readonly string[] = ['unit', 'machine', 'lab', 'faults', 'db']
