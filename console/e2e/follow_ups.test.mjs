/** What follows a stop, by keyboard: prolonged from the account's page, approved among others, and greyed with its reason after. */
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

/** Opens the page of the first account of the report by key, and waits for its acts. */
async function account(person) {
  await person.sees("[data-testid=tree] tr[data-state=held]");
  await person.leaveFields();
  await person.press("o");
  await person.arrives(/\/accounts\//);
  await person.sees("[data-testid=acts]");
}

async function asks(person, key, kind, reason) {
  await person.sees(`[data-act=${kind}][data-allowed=true]`);
  await person.press(key);
  await person.sees(".ant-modal textarea");
  await person.page.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA");
  await person.type(reason);
  await person.press("Control+Enter");
  await person.seesNot(".ant-modal textarea");
}

async function walk(lang, words) {
  const centre = await openCentre({ speed: 6, seed: 1 });
  const people = [];
  try {
    const taker = await sit(browser, centre, { lang });
    people.push(taker);
    await taker.signIn("liyang");
    await taker.arrives(/\/intake/);
    await taker.takeCall();
    await complete(taker);
    await taker.press("Control+Enter");
    await taker.arrives(/\/golden\//);
    await account(taker);

    // What cannot be done is greyed, and says why in words.
    await taker.sees("[data-act=freeze][data-allowed=false] small", words.notFiled);
    await taker.sees("[data-act=freeze_renew][data-allowed=false] small", words.nothing);
    await asks(taker, "l", "stop_prolong", "案件正在立案审查");
    await taker.sees("[data-act=stop_prolong][data-allowed=false]");
    await asks(taker, "q", "query_transactions", "查资金去向");

    // The leader looks at each on a phone, selects both, and approves them in one act.
    const leader = await sit(browser, centre, { lang, width: 390, height: 844 });
    people.push(leader);
    await leader.signIn("chenguodong");
    await leader.go("p", /\/approvals/);
    const orders = leader.page.locator("[data-testid=approvals] .item[data-subject=order]");
    await orders.nth(1).waitFor();
    await leader.sees("[data-testid=evidence] dd");
    const wide = await leader.page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth + 1);
    assert.equal(wide, false, "the page is wider than the phone");
    const count = await leader.page.locator("[data-testid=approvals] .item").count();
    for (let i = 0; i < count; i += 1) {
      const subject = await leader.page.locator("[data-testid=approvals] .item.cursor").getAttribute("data-subject");
      await leader.sees("[data-testid=approvals] .item.cursor[data-seen=true]");
      if (subject === "order") await leader.press("Space");
      await leader.press("j");
    }
    await leader.sees("[data-action=many-approve]:not([disabled])");
    await leader.press("Shift+A");
    await orders.first().waitFor({ state: "detached" });

    // Done at the bank; once is enough.
    await taker.sees("[data-act=stop_prolong][data-allowed=false] small", words.once);
    for (const person of people) assert.deepEqual(person.complaints, []);
  } finally {
    for (const person of people) await person.close();
    await centre.close();
  }
}

test("止付延期：只用键盘，手机上批量审批", () => walk("zh", { notFiled: "立案", nothing: "没有生效", once: "已延期" }));
test("a stop prolonged by keyboard, approved among others on a phone, in English", () =>
  walk("en", { notFiled: "filed case", nothing: "in force", once: "prolonged already" }));
