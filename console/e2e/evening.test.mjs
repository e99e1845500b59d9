/** From the call to money held and frozen, and the paper of it: by keyboard alone, in both languages. */
import assert from "node:assert/strict";
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

const WORDS = {
  zh: { held: "已止付", frozen: "已冻结", signed: "已签收", filed: "已立案" },
  en: { held: "held", frozen: "frozen", signed: "acknowledged", filed: "filed" },
};

async function held(taker, words) {
  await taker.press("Control+Enter");
  const refused = taker.sees("[data-testid=problems]").then(async (panel) => {
    const story = await taker.page.locator("textarea[name=narrative]").inputValue();
    throw new Error(`the form is refused: ${await panel.textContent()}\n${story}`);
  });
  refused.catch(() => undefined);
  await Promise.race([taker.arrives(/\/golden\//), refused]);
  await taker.sees("[data-testid=tree] tr[data-state=held]", words.held);
}

/** The county signs, accepts the case and asks for its filing. */
async function county(browser, centre, lang, report, words) {
  const officer = await sit(browser, centre, { lang });
  await officer.signIn("hemin");
  await officer.page.goto(report);
  await officer.sees("[data-action=acknowledge]");
  await officer.press("y");
  await officer.sees("dl.kv", words.signed);
  await officer.sees("[data-next^=next-accept_case]");
  await officer.press("f");
  await officer.arrives(/\/cases\//);
  await officer.sees("[name=case-name]");
  await officer.press("Control+Enter");
  await officer.seesNot("[name=case-name]");
  return officer;
}

/** The cursor walks to the first item of this title, up or down. */
async function walkTo(approver, title) {
  for (let steps = 0; steps < 60; steps += 1) {
    const way = await approver.page.evaluate((text) => {
      const all = [...document.querySelectorAll("[data-testid=approvals] .item")];
      const here = all.findIndex((item) => item.classList.contains("cursor"));
      return all.findIndex((item) => item.textContent.includes(text)) - here;
    }, title);
    if (way === 0) return;
    await approver.press(way > 0 ? "j" : "k");
  }
  throw new Error(`the cursor does not reach ${title}`);
}

/** The approver decides everything of this kind that waits. */
async function approve(approver, title) {
  await approver.go("p", /\/approvals/);
  const items = approver.page.locator("[data-testid=approvals] .item", { hasText: title });
  await items.first().waitFor();
  for (let left = await items.count(); left > 0; left = await items.count()) {
    await walkTo(approver, title);
    await approver.sees("[data-action=decide-approve]:not([disabled])");
    await approver.press("a");
    await items.nth(left - 1).waitFor({ state: "hidden" });
  }
}

/** The board of orders shows that every order of this kind has its answer; then back to the report. */
async function answered(taker, kind) {
  const report = taker.page.url();
  await taker.go("o", /\/orders/);
  await taker.sees(`[data-testid=orders] tr[data-kind=${kind}]`);
  await taker.page.waitForFunction(
    (name) => [...document.querySelectorAll(`tr[data-kind=${name}]`)].every((row) => row.dataset.state === "done"),
    kind,
  );
  await taker.go("g", /\/golden\//);
  assert.equal(taker.page.url(), report);
}

async function isPdf(person, address) {
  const answer = await person.page.request.get(address);
  assert.equal(answer.status(), 200, address);
  const body = await answer.body();
  assert.equal(body.subarray(0, 4).toString(), "%PDF", `${address} is no PDF`);
}

/** P on the golden minutes opens the stop application of the order. */
async function printed(person) {
  const asked = person.page.context().waitForEvent("request", (r) => /\/api\/documents\/[^/]+\/pdf/.test(r.url()));
  await person.press("p");
  await isPdf(person, (await asked).url());
}

async function walk(lang, seed) {
  const words = WORDS[lang];
  const centre = await openCentre({ speed: 6, seed });
  const people = [];
  try {
    const taker = await sit(browser, centre, { lang });
    people.push(taker);
    await taker.signIn("liyang");
    await taker.arrives(/\/intake/);
    await taker.takeCall();
    await complete(taker);
    await held(taker, words);
    const report = taker.page.url();
    await taker.sees("[data-next^=next-dispatch]");
    await taker.press("d");
    await taker.sees(".ant-modal button[type=submit]");
    await taker.press("Control+Enter");
    await taker.seesNot(".ant-modal button[type=submit]");

    const officer = await county(browser, centre, lang, report, words);
    people.push(officer);
    const head = await sit(browser, centre, { lang });
    people.push(head);
    await head.signIn("zhouhua");
    await approve(head, lang === "zh" ? "立案" : "Filing");
    await officer.sees("h1 ~ .tag", words.filed);

    // A freeze names its holder's document, and only the bank knows it.
    await taker.sees("[data-next^=next-query_holder]");
    await taker.press("h");
    await taker.seesNot("[data-next^=next-query_holder]");
    await approve(head, lang === "zh" ? "查询持卡主体" : "Query holder");
    await answered(taker, "query_holder");

    await taker.sees("[data-next^=next-freeze]");
    // The dialog shows the case's money and what becomes free; nothing leaves before that is agreed to.
    await taker.press("f");
    await taker.sees(".freeze-row [name^=amount]");
    await taker.press("Control+y");
    await taker.press("Control+Enter");
    await taker.seesNot(".freeze-row");
    await taker.seesNot("[data-next^=next-freeze]");
    await approve(head, lang === "zh" ? "冻结" : "Freeze");
    await taker.sees("[data-testid=tree] tr[data-state=frozen]", words.frozen);
    await printed(taker);

    for (const kind of ["case_acceptance_form", "case_acceptance_receipt", "case_filing_decision", "freeze_notice"]) {
      await officer.sees(`[data-document=${kind}]`);
    }
    for (const person of people) assert.deepEqual(person.complaints, []);
  } finally {
    for (const person of people) await person.close();
    await centre.close();
  }
}

test("一个夜晚：从来电到冻结，只用键盘", () => walk("zh", 1));
test("one evening, from the call to the freeze, by keyboard, in English", () => walk("en", 1));
