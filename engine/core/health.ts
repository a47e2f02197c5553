/** How to tell from the host itself that a role serves. */
export type Health =
  | { readonly unit: string }
  /** With `https` it shows a certificate of the site's authority for the host's name. */
  | { readonly http: string; readonly status: number }
  | { readonly tcp: number }
