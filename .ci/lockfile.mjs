// Fails when the console's lock file would install on this machine only: with download addresses it is tied to one
// registry, and without the packages of other platforms `npm ci` refuses it on a fresh machine (npm drops them
// when it writes the file beside an existing node_modules).

import { readFileSync } from "node:fs";

const text = readFileSync("console/package-lock.json", "utf8");
const packages = JSON.parse(text).packages;
const names = new Set(Object.keys(packages).map((path) => path.split("node_modules/").at(-1)));
const missing = Object.values(packages)
  .flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}))
  .filter((name) => !names.has(name));
const addresses = text.match(/"resolved": *"http/g)?.length ?? 0;

if (addresses > 0) console.error(`锁文件含有 ${addresses} 个下载地址 / the lock file holds ${addresses} download addresses`);
if (missing.length > 0) console.error(`锁文件缺少其他平台的包 / packages of other platforms are missing: ${missing.join(" ")}`);
process.exit(addresses + missing.length > 0 ? 1 : 0);
