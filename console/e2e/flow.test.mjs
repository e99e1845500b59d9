/** The fund-flow page on the demo evening, by keyboard: doctrines, time, selection in every view, undo, exports. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { complete } from "./intake.mjs";
import { openBrowser, openCentre, sit } from "./stage.mjs";

let browser;
before(async () => {
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
});

/** A report whose first stop is answered, on the golden minutes. */
async function reported(taker) {
  await taker.signIn("liyang");
  await taker.arrives(/\/intake/);
  await taker.takeCall();
  await complete(taker);
  await taker.press("Control+Enter");
  await taker.arrives(/\/golden\//);
  await taker.sees("[data-testid=tree] tr[data-state]");
}

const shown = (person, selector, name) => person.page.locator(selector).first().getAttribute(name);

/** The answer to the last question is on screen. */
const settled = (person, doctrine) => person.sees(`[data-testid=flow][data-doctrine=${doctrine}][data-busy=false]`);

async function walk(lang) {
  const centre = await openCentre({ speed: 6, seed: 1 });
  const taker = await sit(browser, centre, { lang });
  try {
    await reported(taker);
    await taker.sees("[data-testid=golden-doctrine]", lang === "zh" ? "先进先出" : "FIFO");
    await taker.press("t");
    await taker.arrives(/\/golden\/[^/]+\/flow/);
    await settled(taker, "fifo");

    // Nothing was chosen: the centre's doctrine counts, and no address names it.
    await taker.sees("[data-testid=doctrine-note]", lang === "zh" ? "中心规则" : "The centre's");
    assert.equal(new URL(taker.page.url()).searchParams.get("doctrine"), null);

    // Doctrine and instant stand in the address, and the server counts anew.
    await taker.press("m");
    await settled(taker, "haircut");
    await taker.arrives(/doctrine=haircut/);
    await taker.press("ArrowLeft");
    await taker.arrives(/until=/);
    await settled(taker, "haircut");
    await taker.press("End");
    await taker.page.waitForURL((url) => !url.searchParams.has("until"));
    await taker.press("Control+z", "Control+z");
    await taker.page.waitForURL((url) => !url.searchParams.has("until"));

    // Selected in the list, seen in every drawing, and taken back.
    await taker.press("j");
    await taker.sees("[data-testid=flow-list] tr.cursor");
    const id = await shown(taker, "[data-testid=flow-list] tr.cursor", "data-id");
    assert.equal(await shown(taker, "[data-testid=detail]", "data-id"), id);
    for (const [key, look] of [
      ["2", "sankey"],
      ["3", "network"],
    ]) {
      await taker.press(key);
      await taker.sees(`[data-testid=${look}][data-selected="${id}"] canvas`);
    }
    const picture = taker.page.waitForEvent("download");
    await taker.sees("[data-testid=network][data-drawn]");
    await taker.press("i");
    const png = await readFile(await (await picture).path());
    assert.equal(png.subarray(1, 4).toString(), "PNG");
    await taker.press("Control+z");
    await taker.sees("[data-testid=sankey]");
    await taker.press("Control+y");
    await taker.sees("[data-testid=network]");
    await taker.press("1");

    // What if it had been stopped when the money came: the difference is shown beside the truth.
    await taker.press("w");
    await taker.sees("[data-testid=what-if-result]");
    await taker.sees("[data-testid=what-if-kept] b");
    await taker.press("Escape");
    await taker.seesNot("[data-testid=what-if-result]");

    const sheet = taker.page.waitForEvent("download");
    await taker.press("x");
    // A key that comes before the dialog has the focus goes nowhere.
    await taker.sees(".ant-modal input:focus");
    await taker.press("Enter");
    const xlsx = await readFile(await (await sheet).path());
    assert.equal(xlsx.subarray(0, 2).toString(), "PK");
    await taker.seesNot(".ant-modal input");

    const asked = taker.page.context().waitForEvent("request", (r) => /\/api\/documents\/[^/]+\/pdf/.test(r.url()));
    await taker.press("p");
    const answer = await taker.page.request.get((await asked).url());
    assert.equal((await answer.body()).subarray(0, 4).toString(), "%PDF");
    assert.deepEqual(taker.complaints, []);
  } finally {
    await taker.close();
    await centre.close();
  }
}

test("资金流向：键盘走一遍，导出表格和资金流向表", () => walk("zh"));
test("the fund flow by keyboard, and its exports, in English", () => walk("en"));
