/** The parts of nunjucks that its published types leave out, as far as they are used here. */
declare module 'nunjucks/src/parser.js' {
  import type { Syntax } from 'nunjucks/src/nodes.js'

  const parser: {
    /** Throws an error with `lineno` and `colno` counted from 1, where it knows them. */
    parse(source: string, extensions: readonly [], options: { trimBlocks: boolean; lstripBlocks: boolean }): Syntax
  }
  export default parser
}

declare module 'nunjucks/src/nodes.js' {
  /** One node of a parsed template. Positions count from 0. Which fields there are depends on `typename`. */
  export interface Syntax {
    readonly typename: string
    readonly lineno: number
    readonly colno: number
    readonly fields: readonly string[]
    readonly children?: readonly Syntax[]
    readonly value?: unknown
    readonly name?: Syntax
    readonly args?: Syntax
    readonly arr?: Syntax
    readonly body?: Syntax
    readonly else_?: Syntax | null
    readonly cond?: Syntax
    readonly key?: Syntax
    readonly target?: Syntax
    readonly targets?: readonly Syntax[]
    readonly val?: Syntax
    readonly left?: Syntax
    readonly right?: Syntax
    readonly expr?: Syntax
    readonly ops?: readonly (Syntax & { readonly type: string })[]
    readonly template?: Syntax
    readonly names?: Syntax
    readonly withContext?: boolean | null
    readonly ignoreMissing?: boolean | null
  }

  type Make<Rest extends readonly unknown[]> = new (line: number, column: number, ...rest: Rest) => Syntax

  const nodes: {
    readonly FunCall: Make<[Syntax, Syntax]> & { extend(name: string): Make<[Syntax, Syntax]> }
    readonly NodeList: Make<[Syntax[]]>
  }
  export default nodes
}

declare module 'nunjucks/src/transformer.js' {
  import type { Syntax } from 'nunjucks/src/nodes.js'

  const transformer: { transform(tree: Syntax, asyncFilters: readonly [], name: string): Syntax }
  export default transformer
}

declare module 'nunjucks/src/compiler.js' {
  import type { Syntax } from 'nunjucks/src/nodes.js'

  export interface CompileFrame {
    lookup(name: string): string | null | undefined
  }
  /** Writes JavaScript while it walks a tree. A method `compileX` handles nodes whose typename is X. */
  export class Compiler {
    constructor(name: string, throwOnUndefined: boolean)
    buffer: string
    compile(node: Syntax, frame?: CompileFrame): void
    compileFor(node: Syntax, frame: CompileFrame): void
    compileIf(node: Syntax, frame: CompileFrame, async?: boolean): void
    compileInlineIf(node: Syntax, frame: CompileFrame): void
    compileOutput(node: Syntax, frame: CompileFrame): void
    compileSymbol(node: Syntax, frame: CompileFrame): void
    compileLookupVal(node: Syntax, frame: CompileFrame): void
    compileFunCall(node: Syntax, frame: CompileFrame): void
    compileFilter(node: Syntax, frame: CompileFrame): void
    compileIs(node: Syntax, frame: CompileFrame): void
    compileIn(node: Syntax, frame: CompileFrame): void
    compileNot(node: Syntax, frame: CompileFrame): void
    compileAnd(node: Syntax, frame: CompileFrame): void
    compileOr(node: Syntax, frame: CompileFrame): void
    compileNeg(node: Syntax, frame: CompileFrame): void
    compileGroup(node: Syntax, frame: CompileFrame): void
    compileCompare(node: Syntax, frame: CompileFrame): void
    compileLiteral(node: Syntax): void
    getCode(): string
    _emit(code: string): void
    _emitLine(code: string): void
    _compileAggregate(node: Syntax, frame: CompileFrame, start?: string, end?: string): void
  }
  const compiler: { readonly Compiler: typeof Compiler }
  export default compiler
}

declare module 'nunjucks/src/environment.js' {
  export interface Precompiled {
    readonly src: { readonly type: 'code'; readonly obj: unknown }
    readonly path: string
    readonly noCache: boolean
  }
  export interface Loader {
    getSource(name: string): Precompiled | null
  }
  class Environment {
    constructor(loaders: readonly Loader[], options: { autoescape: boolean; throwOnUndefined: boolean; dev: boolean })
    render(name: string, variables: object): string
    readonly globals: Readonly<Record<string, unknown>>
  }
  const environment: { readonly Environment: typeof Environment }
  export default environment
}
