import type { Outcome, RunOptions } from '../../core/ports.ts'
import { frame, prelude } from './frame.ts'
import { FramedStream } from './framed-stream.ts'
import { describeEnding, type Ending, type ShellProcess } from './process.ts'

/** What became of one script. */
export type Run =
  | { readonly type: 'done'; readonly outcome: Outcome }
  /** The program ended without having begun the script: it was no shell, or a refusal. */
  | { readonly type: 'unstarted'; readonly exit: number; readonly said: string }
  /** The script may have run, in whole or in part. */
  | { readonly type: 'lost'; readonly why: string }

interface Running {
  readonly stdout: FramedStream
  readonly stderr: FramedStream
  readonly since: number
  readonly settle: (run: Run) => void
}

/** One `sh` that reads framed scripts from stdin for as long as the session lives; one script at a time. */
export class FramedShell {
  readonly #process: ShellProcess
  #running: Running | undefined
  #ending: Ending | undefined
  #prelude = prelude
  #pid: string | undefined
  readonly #begun: Promise<string | undefined>
  #begin: (pid?: string) => void = () => undefined
  #said = ''

  constructor(process: ShellProcess) {
    this.#process = process
    this.#begun = new Promise((resolve) => {
      this.#begin = resolve
    })
    process.stdout.on('data', (chunk: Buffer) => this.#read('stdout', chunk))
    process.stderr.on('data', (chunk: Buffer) => this.#read('stderr', chunk))
    // A write to a program that has gone is told by its ending.
    process.stdin.on('error', () => undefined)
    process.ended.then((ending) => this.#end(ending))
  }

  /** The shell's process id on the host, as soon as a script has begun; undefined where none can begin any more. */
  get begun(): Promise<string | undefined> {
    return this.#begun
  }

  /** Ends it and what runs in its process group, as far as the login user may. */
  kill(): void {
    this.#process.kill()
  }

  run(script: string, options: Pick<RunOptions, 'onLine' | 'forked'> = {}): Promise<Run> {
    const framed = frame(script, options)
    return new Promise((settle) => {
      this.#running = {
        stdout: new FramedStream(framed, options.onLine),
        stderr: new FramedStream(framed),
        since: performance.now(),
        settle,
      }
      if (this.#ending) this.#end(this.#ending)
      else this.#process.stdin.write(this.#prelude + framed.text)
      this.#prelude = ''
    })
  }

  #read(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    const running = this.#running
    if (!running) {
      // Before the first script: a program that then ends may have told why.
      if (this.#pid === undefined) this.#said = (this.#said + chunk.toString()).slice(-4096)
      return
    }
    running[stream].push(chunk)
    if (running.stdout.started) {
      this.#pid = running.stdout.head
      this.#begin(this.#pid)
    }
    if (running.stdout.finished && running.stderr.finished) this.#finish(running)
  }

  #finish({ stdout, stderr, since, settle }: Running): void {
    this.#running = undefined
    const duration = performance.now() - since
    const exit = Number(stdout.foot)
    settle({ type: 'done', outcome: { exit, stdout: stdout.text, stderr: stderr.text, duration } })
  }

  #end(ending: Ending): void {
    this.#ending = ending
    this.#begin()
    const running = this.#running
    if (!running) return
    this.#running = undefined
    if (ending.type === 'exited' && this.#pid === undefined)
      running.settle({
        type: 'unstarted',
        exit: ending.exit,
        said: this.#said + running.stderr.noise + running.stdout.noise,
      })
    else running.settle({ type: 'lost', why: describeEnding(ending) })
  }
}
