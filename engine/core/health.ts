/** How to tell from the host itself that a role serves. */
export type Health =
  | { readonly unit: string }
  | { readonly http: string; readonly status: number }
  | { readonly tcp: number }
