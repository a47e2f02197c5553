import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { byCase, extentOf } from './extent.ts'

/** Usage: part.ts PROJECTS [--all] [--shard K/N] [test files]. What stands for its kind, or all, or one part of all. */
const { values, positionals } = parseArgs({
  options: { all: { type: 'boolean', default: false }, shard: { type: 'string', default: '1/1' } },
  allowPositionals: true,
})
const [projects = '', ...files] = positionals
const env = extentOf(values.all, values.shard)

for (const project of projects.split(',')) {
  const part = byCase.includes(project) ? [] : [`--shard=${values.shard}`]
  const args = ['run', '--project', project, ...part, '--passWithNoTests', ...files]
  const { exitCode } = await execa('vitest', args, { stdio: 'inherit', preferLocal: true, reject: false, env })
  process.exitCode ||= exitCode ?? 1
}
