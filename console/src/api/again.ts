/**
 * Requests that no person made: an open page that asks again because the server said that something changed. They say
 * so to the server, which then need not enter that somebody looked. Whatever is not marked here counts as a look.
 */
let running = 0;

/** Everything that is asked, at once, inside `run` is asked by the page itself. */
export function byItself(run: () => void): void {
  running += 1;
  try {
    run();
  } finally {
    running -= 1;
  }
}

export const askedAgain = (): boolean => running > 0;

/** The server's name of the header. */
export const ASKED_AGAIN = "X-Asked-Again";
