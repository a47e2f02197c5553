import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { extentOf } from './extent.ts'

/** Usage: part.ts PROJECT [--all] [--shard K/N] [test files]. What stands for its kind, or all, or one part of all. */
const { values, positionals } = parseArgs({
  options: { all: { type: 'boolean', default: false }, shard: { type: 'string', default: '1/1' } },
  allowPositionals: true,
})
const [project = '', ...files] = positionals

const { exitCode } = await execa('vitest', ['run', '--project', project, ...files], {
  stdio: 'inherit',
  preferLocal: true,
  reject: false,
  env: extentOf(values.all, values.shard),
})
process.exitCode = exitCode ?? 1
