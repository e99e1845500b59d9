/** The report looked at last, for the tab of the frame. In memory only. */
import type { Uuid } from "../../api/types";

let last: Uuid | null = null;
export const rememberGolden = (id: Uuid): void => {
  last = id;
};
export const lastGolden = (): Uuid | null => last;
