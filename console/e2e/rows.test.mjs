/** Rows of a narrative at the form: one key each, in sight, with their doubts; by keyboard alone. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { card, invented, openBrowser, openCentre, sit } from "./stage.mjs";

let browser;
let centre;
before(async () => {
  browser = await openBrowser();
  centre = await openCentre({ speed: 1, seed: 3 });
});
after(async () => {
  await browser?.close();
  await centre?.close();
});

/** A form of its own, whatever rings. */
async function form(lang = "zh") {
  const taker = await sit(browser, centre, { lang });
  await taker.signIn("liyang");
  await taker.leaveFields();
  await taker.page.goto(`${centre.url}/intake`);
  await taker.sees("textarea[name=narrative]");
  return taker;
}

const say = async (taker, text) => {
  await taker.page.locator("textarea[name=narrative]").focus();
  await taker.type(text);
  await taker.sees("[data-proposal=payment]");
};

/** The whole of an element is inside the window and not below the bar of buttons. */
const inSight = (taker, selector) =>
  taker.page.evaluate((s) => {
    const box = document.querySelector(s)?.getBoundingClientRect();
    const bar = document.querySelector(".submit")?.getBoundingClientRect();
    return box !== undefined && bar !== undefined && box.top >= 0 && box.bottom <= bar.top + 1 && box.height > 0;
  }, selector);

const account = (i) => card(200 + i);
const list = Array.from(
  { length: 20 },
  (_, i) =>
    `${i + 1}、4月3日${8 + Math.floor(i / 6)}点${String((i % 6) * 10).padStart(2, "0")}分转了${1000 + i * 100}元，收款人钱某某，工商银行${account(i)}；`,
).join("\n");

test("二十笔就是二十次按键，每次采用的一笔都在眼前", async () => {
  const taker = await form();
  try {
    await say(taker, `以下是转账明细：\n${list}`);
    await taker.page.waitForFunction(() => document.querySelectorAll("[data-proposal=payment]").length === 20);
    for (let i = 0; i < 20; i += 1) {
      await taker.press("F2");
      await taker.page.waitForFunction(
        (n) => document.querySelectorAll("[data-proposal=payment]").length === 19 - n,
        i,
      );
      assert.equal(await taker.value(`payments[${i}].to.number`), account(i));
      assert.equal(await taker.value(`payments[${i}].amount`), `${1000 + i * 100}.00`);
      assert.ok(await inSight(taker, `[data-payment="${i}"]`), `payment ${i + 1} is out of sight`);
    }
    assert.equal(await taker.page.locator("[data-payment]").count(), 20);
    await taker.sees("[data-testid=sums]", "39,000.00");
    assert.deepEqual(taker.complaints, []);
  } finally {
    await taker.close();
  }
});

test("合计与所述不符，先要确认才能发出止付", async () => {
  const taker = await form();
  try {
    await say(taker, `我转了5000元给${account(1)}，又转了3000元给${account(2)}，一共被骗了9000元。`);
    await taker.acceptAll();
    await taker.sees("[data-testid=sums].differs", "合计与所述不符");
    const asked = [];
    taker.page.on(
      "request",
      (r) => r.method() === "POST" && r.url().endsWith("/api/reports") && asked.push(r.postDataJSON()),
    );
    await taker.press("Control+Enter");
    await taker.page.waitForFunction(() => document.activeElement?.getAttribute("name") === "sum_confirmed");
    assert.deepEqual(asked, [], "nothing leaves before the confirmation");
    await taker.press("Space");
    await taker.seesNot("[data-testid=sums].differs");
    await taker.press("Control+Enter");
    await taker.sees("[data-testid=problems]");
    assert.deepEqual(asked[0]?.sum_confirmed, { rows_fen: 800_000, stated_fen: 900_000 });
    assert.deepEqual(taker.complaints, []);
  } finally {
    await taker.close();
  }
});

test("退回的钱不成为付款；略过的一笔不再提出", async () => {
  const taker = await form();
  try {
    await say(taker, `刷单第一次平台返了45元，我后来转了5200元给${account(3)}，今天他还要我转9000，我没转。`);
    await taker.press("F4");
    await taker.seesNot("[data-proposal=payment]");
    assert.equal(await taker.value("payments[0].amount"), "");
    await taker.sees("[data-proposal=received]", "退回");
    await taker.sees("[data-proposal=planned]", "未付");
  } finally {
    await taker.close();
  }
});

for (const lang of ["zh", "en"]) {
  test(`现金、扫码、黄金没有收款账号，照样登记；转账的止付照发；账号查明后补正即可止付（${lang}）`, async () => {
    const taker = await form(lang);
    const said = (zh, en) => (lang === "zh" ? zh : en);
    const payee = lang === "zh" ? 41 : 51;
    try {
      await say(
        taker,
        `今天我取了现金10000元当面交给上门的人，又扫码付了800元，最后转了30000元给${card(payee)}，收款人钱某某，工商银行，一共被骗40800元。`,
      );
      await taker.acceptAll();
      const ways = [said("现金交付", "cash handed over"), said("扫码支付", "scanned code")];
      const none = said("没有收款账号，不能止付，只登记损失", "No payee’s account: no stop, the loss is registered");
      for (const [i, way] of ways.entries()) {
        await taker.sees(`[data-testid=notes-${i}]`, way);
        await taker.sees(`[data-testid=notes-${i}]`, none);
      }
      await taker.seesNot("[data-testid=sums].differs");
      // A fourth by hand: three keys say that it was gold and went to no account.
      await taker.press("Alt+p");
      await taker.tabTo('[name="payments[3].amount"]');
      await taker.type("5000");
      await taker.press("Alt+h");
      await taker.sees(".dialog", said("黄金", "gold"));
      await taker.press("4");
      await taker.seesNot(".dialog");
      await taker.sees("[data-testid=notes-3]", said("黄金", "gold"));
      for (let i = 0; i < 4; i += 1) {
        await taker.tabTo(`[name="payments[${i}].paid_at"]`);
        await taker.press("Control+a");
        await taker.type("now");
      }
      await taker.fill("victims[0].name", "张三");
      await taker.fill("victims[0].id_number", invented(payee));
      await taker.fill("caller.phone", `198000000${payee}`);
      await taker.choose("offence_area", "421102");
      await taker.press("Control+Enter");
      // The rows are more than was told: the gold was forgotten in the sum.
      await taker.page.waitForFunction(() => document.activeElement?.getAttribute("name") === "sum_confirmed");
      await taker.press("Space", "Control+Enter");
      await taker.arrives(/\/golden\//);
      await taker.sees(
        ".ant-notification",
        said("没有收款账号，不能止付；已登记损失", "There is no payee's account to stop; the loss is registered"),
      );
      await taker.sees("[data-testid=no-account]", said("现金交付", "cash handed over"));
      await taker.sees("[data-testid=no-account]", said("黄金", "gold"));
      assert.equal(await taker.page.locator("[data-testid=no-account]").count(), 3);
      const page = await taker.page.locator("main").textContent();
      for (const way of ways) assert.ok(page.includes(way), way);
      // The account of the first one becomes known: a correction adds it, and its stop leaves.
      await taker.leaveFields();
      await taker.press("b");
      await taker.sees(".dialog [data-field='payments[0].to.number']");
      for (const [field, text] of [
        ["payments[0].to.number", card(payee + 1)],
        ["payments[0].to.name", "孙某某"],
      ]) {
        await taker.tabTo(`[data-field="${field}"]`);
        await taker.type(text);
      }
      await taker.choose("payments[0].to.bank_code", "中国工商银行", "gsyh");
      await taker.tabTo("[data-field=reason]");
      await taker.type("银行告知账号");
      await taker.press("Control+Enter");
      await taker.page.waitForFunction(() => document.querySelectorAll("[data-testid=no-account]").length === 2);
      await taker.sees("[data-testid=corrections]", card(payee + 1).slice(-4));
      assert.deepEqual(taker.complaints, []);
    } finally {
      await taker.close();
    }
  });
}
