/** Wrong forms, crashes, two people on one record, a server that is gone: said plainly, and nothing typed is lost. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { card, invented, openBrowser, openCentre, sit } from "./stage.mjs";

let browser;
let centre;
before(async () => {
  browser = await openBrowser();
  // Nobody calls in time: the tests type everything themselves.
  centre = await openCentre({ speed: 1, seed: 2 });
});
after(async () => {
  await browser?.close();
  await centre?.close();
});

const STORY = "我在网上刷单，刚才转了三万元给对方";

for (const [lang, missing] of [
  ["zh", /必填|未填|请填|缺|不能为空|须/],
  ["en", /miss|need|required|empty|give/i],
]) {
  test(`a wrong form names every problem at its field and keeps what was typed (${lang})`, async () => {
    const taker = await sit(browser, centre, { lang });
    await taker.signIn("liyang");
    await taker.leaveFields();
    await taker.press("n");
    await taker.arrives(/\/intake/);
    await taker.sees("textarea[name=narrative]");
    await taker.tabTo("textarea[name=narrative]");
    await taker.type(STORY);
    await taker.tabTo('[name="victims[0].id_number"]');
    await taker.type("421102190001010000");
    await taker.tabTo('[name="payments[0].to.number"]', "Shift+Tab");
    await taker.type("6200000000000000001");
    await taker.press("Control+Enter");
    const problems = await taker.sees("[data-testid=problems]");
    assert.ok((await problems.locator("button").count()) >= 5, await problems.textContent());
    // A name that only the stop needs does not hold up the report: it refuses the stop (web tests, corrections).
    for (const field of [
      "victims[0].id_number",
      "payments[0].paid_at",
      "payments[0].amount",
      "payments[0].to.number",
      "offence_area",
    ]) {
      const said = await taker.sees(`[data-field="${field}"] .err`);
      assert.notEqual(await said.textContent(), "");
    }
    assert.match(await taker.page.locator('[data-field="offence_area"] .err').textContent(), missing);
    assert.equal(await taker.value("victims[0].id_number"), "421102190001010000");
    assert.equal(await taker.page.locator("textarea[name=narrative]").inputValue(), STORY);

    // The browser goes down: the address holds the draft, the server its text.
    await taker.arrives(/draft=/);
    await taker.page.waitForFunction(() =>
      /已存|saved/i.test(document.querySelector("[data-testid=draft-state]")?.textContent ?? ""),
    );
    await taker.page.reload();
    await taker.page.waitForFunction(
      (text) => document.querySelector("textarea[name=narrative]")?.value === text,
      STORY,
    );
    assert.equal(await taker.value("payments[0].to.number"), "6200000000000000001");
    assert.deepEqual(taker.complaints, []);
    await taker.close();
  });
}

/** A report without a stop, typed by hand. */
async function register(taker) {
  await taker.leaveFields();
  await taker.press("n");
  await taker.sees("textarea[name=narrative]");
  await taker.tabTo("textarea[name=narrative]");
  await taker.type(STORY);
  await taker.fill("caller.name", "邓先生");
  await taker.fill("victims[0].id_number", invented(31));
  await taker.tabTo('[name="payments[0].paid_at"]', "Shift+Tab");
  await taker.fill("payments[0].amount", "300");
  await taker.fill("payments[0].to.number", card(9));
  await taker.tabTo('[name="payments[0].paid_at"]', "Shift+Tab");
  const now = await taker.page.locator("[data-testid=server-clock]").textContent();
  await taker.type(now.slice(0, 5));
  await taker.choose("offence_area", "421102");
  await taker.press("Control+Shift+Enter");
  await taker.arrives(/\/golden\//);
}

test("two people on one record: the second is told who has it", async () => {
  const first = await sit(browser, centre);
  await first.signIn("liyang");
  await register(first);
  await first.go("d", /\/desk/);
  await first.sees("[data-testid=queue] tr.cursor");
  await first.press("l");
  await first.sees("[data-testid=queue] tr.cursor", "我");
  const second = await sit(browser, centre);
  await second.signIn("wangjian");
  await second.go("d", /\/desk/);
  await second.sees("[data-testid=queue] tr.cursor", "李阳");
  await second.press("l");
  await second.sees(".refused", "李阳");
  assert.deepEqual([...first.complaints, ...second.complaints], []);
  await first.close();
  await second.close();
});

test("a look-up needs a purpose, and the demo says that it is one", async () => {
  const taker = await sit(browser, centre, { lang: "en" });
  await taker.signIn("liyang");
  await taker.sees(".demo");
  await taker.leaveFields();
  await taker.press("/");
  await taker.sees("[name=purpose]");
  await taker.page.waitForFunction(() => document.activeElement?.getAttribute("name") === "purpose");
  await taker.type("checking a payee");
  await taker.press("Tab");
  await taker.type(card(9));
  await taker.sees(".hit");
  await taker.press("Escape");
  await taker.seesNot("[name=purpose]");
  assert.deepEqual(taker.complaints, []);
  await taker.close();
});

test("when the server is gone the pages say so, and never that there is nothing", async () => {
  const own = await openCentre({ speed: 1, seed: 3 });
  try {
    const taker = await sit(browser, own);
    await taker.signIn("liyang");
    await taker.sees("[data-testid=server-clock]");
    await taker.page.waitForLoadState("networkidle").catch(() => undefined);
    await own.kill();
    for (const [key, path] of [
      ["o", /\/orders/],
      ["c", /\/cases/],
    ]) {
      await taker.go(key, path);
      await taker.sees(".failed");
      assert.equal(await taker.page.locator(".empty").count(), 0);
    }
    await taker.sees("header .lost");
    await taker.close();
  } finally {
    await own.close();
  }
});
