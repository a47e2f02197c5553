import compiler, { type CompileFrame } from 'nunjucks/src/compiler.js'
import nodes, { type Syntax } from 'nunjucks/src/nodes.js'
import transformer from 'nunjucks/src/transformer.js'
import { asksForAbsence, startOf, testName, wording } from './syntax.ts'

/** What `for` walks over: made a list before the loop begins. The kinds below pass for calls where one is allowed. */
const Iterated = nodes.FunCall.extend('Iterated')
/** What `if` decides on: empty lists are false, as in Jinja. */
const Truth = nodes.FunCall.extend('Truth')

const literal = (value: unknown): string => JSON.stringify(value).replaceAll('\u2028', '\\u2028')

/**
 * Writes the same program as nunjucks, but nothing undefined passes unnoticed and nothing is guessed:
 * names, attributes, calls, filters, tests, loops and printing go through `strict`, with their place.
 */
class StrictCompiler extends compiler.Compiler {
  private absenceAsked = false

  override compileSymbol(node: Syntax, frame: CompileFrame): void {
    const known = frame.lookup(String(node.value))
    if (known) this._emit(known)
    else this.call(this.absenceAsked ? 'maybeName' : 'name', node, `context, frame, ${literal(node.value)}`)
  }

  override compileLookupVal(node: Syntax, frame: CompileFrame): void {
    const lenient = this.absenceAsked
    this.call(lenient ? 'maybeMember' : 'member', node.val as Syntax, () => {
      this.compile(node.target as Syntax, frame)
      this._emit(', ')
      this.asking(false, () => this.compile(node.val as Syntax, frame))
      this._emit(`, ${literal(wording(node.target as Syntax))}`)
    })
  }

  override compileFunCall(node: Syntax, frame: CompileFrame): void {
    const callee = node.name as Syntax
    const method = callee.typename === 'LookupVal'
    this.asking(false, () =>
      this.call(method ? 'invoke' : 'call', (method ? callee.val : callee) as Syntax, () => {
        this.compile((method ? callee.target : callee) as Syntax, frame)
        if (method) this._emit(', ')
        if (method) this.compile(callee.val as Syntax, frame)
        this._emit(`, ${literal(wording((method ? callee.target : callee) as Syntax))}, `)
        this._compileAggregate(node.args as Syntax, frame, '[', ']')
      }),
    )
  }

  override compileFilter(node: Syntax, frame: CompileFrame): void {
    this.listed('filter', node, String(node.name?.value), node.args?.children ?? [], frame)
  }

  override compileIs(node: Syntax, frame: CompileFrame): void {
    this.listed('test', node, testName(node), [node.left as Syntax, ...(node.right?.args?.children ?? [])], frame)
  }

  override compileIn(node: Syntax, frame: CompileFrame): void {
    this.listed('test', node, 'in', [node.left as Syntax, node.right as Syntax], frame)
  }

  override compileOutput(node: Syntax, frame: CompileFrame): void {
    for (const child of node.children ?? [])
      if (child.typename === 'TemplateData') {
        this._emit(`${this.buffer} += `)
        this.compileLiteral(child)
        this._emitLine(';')
      } else {
        this._emit(`${this.buffer} += `)
        this.call('print', startOf(child), () => {
          this.compile(child, frame)
          this._emit(`, ${literal(wording(child))}`)
        })
        this._emitLine(';')
      }
  }

  override compileFor(node: Syntax, frame: CompileFrame): void {
    const arr = new Iterated(node.lineno, node.colno, node.name as Syntax, node.arr as Syntax)
    // Names of a loop over pairs are looked up by their text when another template is included inside.
    for (const name of node.name?.children ?? []) Object.assign(name, { toString: () => String(name.value) })
    super.compileFor(Object.assign(Object.create(node), { arr }) as Syntax, frame)
  }

  compileIterated(node: Syntax, frame: CompileFrame): void {
    const list = node.args as Syntax
    this.call('iterate', startOf(list), () => {
      this.compile(list, frame)
      this._emit(`, ${node.name?.children?.length ?? 1}, ${literal(wording(list))}`)
    })
  }

  override compileIf(node: Syntax, frame: CompileFrame): void {
    super.compileIf(truthful(node), frame)
  }

  override compileInlineIf(node: Syntax, frame: CompileFrame): void {
    super.compileInlineIf(truthful(node), frame)
  }

  compileTruth(node: Syntax, frame: CompileFrame): void {
    this.wrapped('strict.truth(', node.args as Syntax, frame)
  }

  override compileNot(node: Syntax, frame: CompileFrame): void {
    this.wrapped('!strict.truth(', node.target as Syntax, frame)
  }

  override compileAnd(node: Syntax, frame: CompileFrame): void {
    this.wrapped('strict.both(', node.left as Syntax, frame, ', () => (')
    this.wrapped('', node.right as Syntax, frame, '))')
  }

  override compileOr(node: Syntax, frame: CompileFrame): void {
    this.wrapped('strict.either(', node.left as Syntax, frame, ', () => (')
    this.wrapped('', node.right as Syntax, frame, '))')
  }

  override compileNeg(node: Syntax, frame: CompileFrame): void {
    this.wrapped('-(', node.target as Syntax, frame)
  }

  override compileGroup(node: Syntax, frame: CompileFrame): void {
    const isTuple = node.children?.length !== 1
    this._compileAggregate(node, frame, isTuple ? '[' : '(', isTuple ? ']' : ')')
  }

  override compileCompare(node: Syntax, frame: CompileFrame): void {
    const [operand] = node.ops ?? []
    const operator = operand?.type.replace(/^([!=]=)$/, '$1=')
    this.wrapped('(strict.plain(', node.expr as Syntax, frame, `) ${operator} `)
    this.wrapped('strict.plain(', operand?.expr as Syntax, frame, '))')
  }

  private wrapped(before: string, node: Syntax, frame: CompileFrame, after = ')'): void {
    this._emit(before)
    this.compile(node, frame)
    this._emit(after)
  }

  private listed(
    kind: 'filter' | 'test',
    node: Syntax,
    name: string,
    [first, ...rest]: readonly Syntax[],
    frame: CompileFrame,
  ): void {
    this.call(kind, kind === 'filter' ? (node.name as Syntax) : node, () => {
      this._emit(`${literal(name)}, [`)
      if (first) this.asking(asksForAbsence(node), () => this.compile(first, frame))
      for (const argument of rest) {
        this._emit(', ')
        this.asking(false, () => this.argument(argument, frame))
      }
      this._emit(']')
    })
  }

  private argument(node: Syntax, frame: CompileFrame): void {
    if (node.typename === 'KeywordArgs') this._compileAggregate(node, frame, 'strict.keywords({', '})')
    else this.compile(node, frame)
  }

  private call(operation: string, place: Syntax, args: string | (() => void)): void {
    this._emit(`strict.${operation}(file, ${place.lineno + 1}, ${place.colno + 1}, `)
    if (typeof args === 'string') this._emit(args)
    else args()
    this._emit(')')
  }

  private asking(absence: boolean, write: () => void): void {
    const before = this.absenceAsked
    this.absenceAsked = absence
    write()
    this.absenceAsked = before
  }
}

const truthful = (node: Syntax): Syntax => {
  const cond = node.cond as Syntax
  return Object.assign(Object.create(node), { cond: new Truth(cond.lineno, cond.colno, cond, cond) }) as Syntax
}

/** The body of a function of `strict` and `file` that gives the template's own functions. */
export const compile = (tree: Syntax, name: string): string => {
  const writer = new StrictCompiler(name, false)
  writer.compile(transformer.transform(tree, [], name))
  return writer.getCode()
}
