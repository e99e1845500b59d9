/**
 * The page's nonce. Promise: every style sheet that a library makes carries it, also those of libraries that forget
 * to pass it on (the scroll lock of dialogs), so that the policy needs no `unsafe-inline`.
 */
export const nonce: string | undefined = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;

if (nonce) {
  const create = document.createElement.bind(document);
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = create(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  }) as typeof document.createElement;
}
