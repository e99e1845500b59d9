/**
 * The stage of the browser tests: a demo of its own on a free port with a folder of its own, and people at browsers.
 *
 * Promises: everything started here is ended here, by its own process id; people use the keyboard alone; nothing sleeps:
 * each step waits for what a person would see. Leaves out what is tested.
 */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const BINARY = process.env.FANZHA_BIN ?? join(HERE, "../../target/debug/fanzha");
const BROWSER = process.env.FANZHA_CHROMIUM ?? "/usr/bin/chromium";
const PASSWORD = "fanzha-demo";
/** How long a person waits for something on screen: slow machines are not failures. */
const PATIENCE_MS = Number(process.env.FANZHA_PATIENCE_MS ?? 60_000);

function freePort() {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

/**
 * A centre with its city. `speed` is simulated seconds per second; `start` an instant at which its evening begins, so that
 * callers say the same words in every run.
 */
export async function openCentre({ speed = 10, seed = 1, start = null } = {}) {
  if (!existsSync(BINARY)) throw new Error(`no program at ${BINARY}: build it, or name it in FANZHA_BIN`);
  const folder = await mkdtemp(join(tmpdir(), "fanzha-e2e-"));
  const port = await freePort();
  const witness = join(folder, "witness");
  const args = ["demo", "--port", port, "--speed", speed, "--seed", seed, "--data", folder, "--witness", witness];
  if (start) args.push("--start", start);
  const program = spawn(BINARY, args.map(String), { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [program.stdout, program.stderr]) {
    stream.on("data", (bytes) => {
      said += bytes;
    });
  }
  const ended = new Promise((done) => program.once("exit", done));
  const url = `http://127.0.0.1:${port}`;
  const end = async (signal = "SIGTERM") => {
    program.kill(signal);
    const late = setTimeout(() => program.kill("SIGKILL"), 15_000);
    await ended;
    clearTimeout(late);
  };
  try {
    await answers(`${url}/healthz`, program);
  } catch (error) {
    await end("SIGKILL");
    throw new Error(`${error.message}\n${said}`);
  }
  return {
    url,
    said: () => said,
    /** What the city knows of the calls that have rung, in their order: the words and the truth behind them. */
    calls: () =>
      read(join(witness, "calls.jsonl"))
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    /** The messages that the banks have received, of one sort, as objects. */
    received: (code) => received(join(witness, "received"), code),
    /** Pulls the plug. */
    kill: () => end("SIGKILL"),
    close: async () => {
      if (program.exitCode === null && program.signalCode === null) await end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const read = (file) => (existsSync(file) ? readFileSync(file, "utf8") : "");

/** A file that is still being written cannot be read yet; it is there the next time. */
function received(folder, code) {
  const names = readdirSync(folder).filter((name) => name.startsWith(`${code}_`));
  return names.flatMap((name) => {
    try {
      const said = execFileSync(BINARY, ["wire", "decode", join(folder, name)], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      return [JSON.parse(said.toString())];
    } catch {
      return [];
    }
  });
}

async function answers(address, program) {
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    if (program.exitCode !== null) throw new Error("the demo ended at once");
    const answer = await fetch(address).catch(() => null);
    if (answer?.ok) return;
    await new Promise((done) => setImmediate(done));
  }
  throw new Error("the demo does not answer");
}

export async function openBrowser() {
  return chromium.launch({ executablePath: BROWSER, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

/** One person at one computer. What the browser complains about is kept in `complaints`. */
export async function sit(browser, centre, { lang = "zh", width = 1366, height = 768 } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, locale: lang === "zh" ? "zh-CN" : "en-GB" });
  context.setDefaultTimeout(PATIENCE_MS);
  await context.addInitScript(`try { localStorage.setItem("fanzha.lang", "${lang}") } catch {}`);
  const page = await context.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("console", (message) => {
    const text = message.text();
    // Not being signed in yet, or being refused, is an answer and no fault of the page.
    if (message.type() === "error" && !/Failed to load resource/.test(text)) complaints.push(text);
    if (/Content Security Policy/i.test(text)) complaints.push(text);
  });
  await page.goto(centre.url);
  const person = new Person(page, centre, complaints);
  return person;
}

export class Person {
  constructor(page, centre, complaints) {
    this.page = page;
    this.centre = centre;
    this.complaints = complaints;
  }

  async press(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  async type(text) {
    await this.page.keyboard.insertText(text);
  }

  /** Waits until it is on screen. */
  async sees(selector, text) {
    const found = text === undefined ? this.page.locator(selector) : this.page.locator(selector, { hasText: text });
    await found.first().waitFor({ state: "visible" });
    return found.first();
  }

  async seesNot(selector) {
    await this.page.locator(selector).first().waitFor({ state: "hidden" });
  }

  /** The address becomes one that fits. */
  async arrives(pattern) {
    await this.page.waitForURL(pattern);
  }

  /** Presses Tab until the focus is in the field (by the path of its data), as somebody without a mouse does. */
  async tabTo(selector, key = "Tab", most = 120) {
    await this.page.locator(selector).first().waitFor({ state: "attached" });
    for (let i = 0; i < most; i += 1) {
      const there = await this.page.evaluate((s) => document.activeElement?.closest(s) !== null, selector);
      if (there) return;
      await this.press(key);
    }
    throw new Error(`Tab does not reach ${selector}`);
  }

  async signIn(login) {
    await this.sees("input[name=login]");
    await this.tabTo("input[name=login]");
    await this.type(login);
    await this.press("Tab");
    await this.type(PASSWORD);
    await this.press("Enter");
    await this.sees("header.top");
  }

  /** Goes to a page by its two keys, whatever has the focus. */
  async go(second, path) {
    await this.leaveFields();
    await this.press("g", second);
    await this.arrives(path);
  }

  async leaveFields() {
    await this.page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
  }

  /** The text of a field of the form. */
  value(path) {
    return this.page.locator(`[name="${path}"]`).inputValue();
  }

  /** Fills a field that is still empty. */
  async fill(path, text) {
    if ((await this.value(path)) !== "") return;
    await this.tabTo(`[name="${path}"]`);
    await this.type(text);
  }

  /** Chooses from a list by typing what is looked for, or what stands for it (letters, a code). */
  async choose(path, text, typed = text) {
    await this.tabTo(`[data-field="${path}"]`);
    await this.type(typed);
    // Lists that were open before stay in the page, hidden.
    await this.sees(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option-active", text);
    await this.press("Enter");
    await this.sees(`[data-field="${path}"] .ant-select`, text);
  }

  /** Takes the call that rings and its draft, and accepts every row and every piece that was recognised. */
  async takeCall() {
    await this.sees(".call");
    await this.press("F8");
    await this.page.waitForFunction(() => (document.querySelector("textarea[name=narrative]")?.value.length ?? 0) > 20);
    await this.sees("[data-proposal=payment]");
    return this.acceptAll();
  }

  /** F2 until nothing waits; the keys that were needed for the payments. */
  async acceptAll() {
    const waiting = () => this.page.locator("[data-next], button.chip").count();
    let keys = 0;
    for (let i = 0; i < 80; i += 1) {
      const left = await waiting();
      if (left === 0) return keys;
      const rows = await this.page.locator("[data-proposal=payment]").count();
      const chips = await this.page.locator("button.chip").count();
      await this.press("F2");
      if (rows > 0) keys += 1;
      await this.page.waitForFunction(
        ([r, c]) =>
          document.querySelectorAll("[data-proposal=payment]").length < r ||
          document.querySelectorAll("button.chip").length < c,
        [rows, chips],
      );
    }
    throw new Error("there is no end of proposals");
  }

  async close() {
    await this.page.context().close();
  }
}

/** An identity number of the demo's area, of somebody long dead, with a right check digit. */
export function invented(serial) {
  const body = `42110219000101${String(serial).padStart(3, "0")}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = [...body].reduce((s, digit, i) => s + Number(digit) * weights[i], 0);
  return body + "10X98765432"[sum % 11];
}

/** A card of the test range with a right check digit. */
export function card(serial) {
  const body = `620000${String(serial).padStart(12, "0")}`;
  const sum = [...body]
    .reverse()
    .map((digit, i) => (i % 2 === 0 ? Number(digit) * 2 : Number(digit)))
    .reduce((s, n) => s + (n > 9 ? n - 9 : n), 0);
  return body + String((10 - (sum % 10)) % 10);
}
