import { FettleError } from '../../core/error.ts'

/** Errors: `cancelled`. */
export const refuseIfAborted = ({ aborted }: AbortSignal, host: string): void => {
  if (aborted) throw new FettleError({ code: 'cancelled', host, message: 'interrupted' })
}
