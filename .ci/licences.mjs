// Fails when a dependency of the binary or of the console carries a licence that we have not accepted.
// Reads `cargo metadata` on standard input and the console's lock file; works offline.
// Leaves out advisories: the databases cannot be reached from every build machine, so nothing is claimed about them.

import { existsSync, readFileSync } from "node:fs";

const ACCEPTED = new Set([
  "0BSD", "Apache-2.0", "BlueOak-1.0.0", "BSD-1-Clause", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0",
  "CDLA-Permissive-2.0", "ISC", "MIT", "MIT-0", "MPL-2.0", "OFL-1.1", "Python-2.0", "Unicode-3.0", "Unicode-DFS-2016", "Unlicense",
  "Zlib",
]);
// An exception only widens a licence; these are the ones that have been read.
const EXCEPTIONS = new Set(["LLVM-exception"]);
// Data that only the console's build tools read; nothing of it is shipped.
const BUILD_DATA = new Map([["caniuse-lite", "CC-BY-4.0"]]);

const crates = JSON.parse(readFileSync(0, "utf8")).packages.filter((crate) => crate.source !== null);
const refused = [
  ...crates.filter((crate) => !accepted(crate.license)).map((crate) => `${crate.name} ${crate.version}: ${crate.license ?? "none stated"}`),
  ...consolePackages().filter(([name, licence]) => !accepted(licence) && BUILD_DATA.get(name) !== licence).map(([name, licence]) => `npm ${name}: ${licence ?? "none stated"}`),
];

if (refused.length > 0) {
  console.error(`未接受的许可证 / licences not accepted:\n  ${refused.join("\n  ")}`);
  process.exit(1);
}
console.log(`许可证 / licences: ${crates.length} crates, ${consolePackages().length} npm packages`);

function consolePackages() {
  const lock = "console/package-lock.json";
  if (!existsSync(lock)) return [];
  return Object.entries(JSON.parse(readFileSync(lock, "utf8")).packages)
    .filter(([path, entry]) => path !== "" && !entry.link)
    .map(([path, entry]) => [path.split("node_modules/").at(-1), entry.license]);
}

// An SPDX expression: OR needs one side, AND both. "/" is how old manifests wrote OR.
function accepted(expression) {
  if (typeof expression !== "string") return false;
  const tokens = expression.replaceAll("/", " OR ").match(/[()]|[^\s()]+/g) ?? [];
  const value = either(tokens);
  return value && tokens.length === 0;
}

function either(tokens) {
  let value = both(tokens);
  while (tokens[0] === "OR") {
    tokens.shift();
    value = both(tokens) || value;
  }
  return value;
}

function both(tokens) {
  let value = one(tokens);
  while (tokens[0] === "AND") {
    tokens.shift();
    value = one(tokens) && value;
  }
  return value;
}

function one(tokens) {
  const token = tokens.shift();
  if (token === "(") {
    const value = either(tokens);
    return tokens.shift() === ")" && value;
  }
  const value = ACCEPTED.has(token);
  if (tokens[0] !== "WITH") return value;
  tokens.shift();
  return EXCEPTIONS.has(tokens.shift()) && value;
}
