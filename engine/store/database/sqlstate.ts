/** SQL that is wrong, or two who made the same thing at once: of these classes, which are for the caller to deal with. */
export const isOfStatement = (error: unknown): boolean =>
  /^(22|23|25P|40|42(?!501))/.test(String((error as { readonly code?: unknown }).code ?? ''))
