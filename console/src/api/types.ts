/** The one door to wire types: pages import from here, so the source of the types can change behind it. */
export type * from "./provisional";
