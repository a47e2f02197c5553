import environment, { type Precompiled } from 'nunjucks/src/environment.js'
import { FettleError, type Problem, throwAll } from '../core/error.ts'
import { codeFrame } from '../core/frame.ts'
import type { Text } from '../core/secret.ts'
import { didYouMean } from '../core/suggest.ts'
import { type Checked, checker } from './check.ts'
import { compile } from './compile.ts'
import { globals } from './globals.ts'
import { seal } from './sealed.ts'
import { type Source, type Sources, sources } from './sources.ts'
import { Fault, strict } from './strict.ts'
import type { Flaw } from './syntax.ts'

export interface Templates {
  /**
   * Renders a template; secret where it reads a secret. Values are data: nothing in them is read as a template.
   * Errors: `template.missing`; `template.invalid` with every mistake and every unknown name at once.
   */
  render(name: string, variables: Readonly<Record<string, unknown>>): Text
}

/** Templates by their path in one of the folders; where several have it, the first wins. Read once, when first needed. */
export const loadTemplates = (folders: readonly string[]): Templates => {
  const known = sources(folders)
  const check = checker(known)
  const engine = new environment.Environment([{ getSource: (name) => precompiled(name, known.get(name)) }], options)
  return {
    render: (name, variables) => {
      const checked = check(name)
      if (!checked) throw missing(name, folders, known)
      const flaws = [...checked.flaws, ...unknownNames(checked, variables)].sort(inReadingOrder)
      throwAll(flaws.map((flaw) => problem(flaw, known)))
      const sealing = seal(variables)
      try {
        return sealing.result(engine.render(name, sealing.variables))
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        const { message, hint, ...spot } = error.flaw
        const flaw = { ...spot, message: sealing.told(message), ...(hint && { hint: sealing.told(hint) }) }
        throw new FettleError(problem(flaw, known))
      }
    },
  }
}

const options = { autoescape: false, throwOnUndefined: false, dev: true }

const precompiled = (name: string, source: Source | undefined): Precompiled | null => {
  if (!source || !('tree' in source)) return null
  const program = new Function('strict', 'file', compile(source.tree, name))
  return { src: { type: 'code', obj: program(strict, source.file) }, path: source.file, noCache: false }
}

const inReadingOrder = (left: Flaw, right: Flaw): number =>
  left.file.localeCompare(right.file) || left.line - right.line || left.column - right.column

/** The first use of each unknown name in each file. */
const unknownNames = ({ uses }: Checked, variables: Readonly<Record<string, unknown>>): Flaw[] =>
  uses
    .filter(({ name }) => !Object.hasOwn(variables, name) && !Object.hasOwn(globals, name))
    .filter((use, index, all) => all.findIndex(({ name, file }) => name === use.name && file === use.file) === index)
    .map(({ name, near, ...spot }) => {
      const candidates = [...near, ...Object.keys(variables), ...Object.keys(globals), 'true', 'false', 'none']
      const hint =
        didYouMean(name, candidates) ?? `it is given ${Object.keys(variables).sort().join(', ') || 'nothing'}`
      return { ...spot, message: `unknown name "${name}"`, hint }
    })

const problem = (flaw: Flaw, known: Sources): Problem => {
  const { file, line, column, message, hint } = flaw
  const text = known.textOf(file)
  return {
    code: 'template.invalid',
    message,
    position: { file, line, column },
    ...(text !== undefined && { frame: codeFrame(text, { line, column }) }),
    ...(hint && { hint }),
  }
}

const missing = (name: string, folders: readonly string[], known: Sources): FettleError => {
  const hint = didYouMean(name, known.names()) ?? `looked in ${folders.join(' and ')}`
  return new FettleError({ code: 'template.missing', message: `there is no template "${name}"`, hint })
}
