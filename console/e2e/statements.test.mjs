/** 流水导入: a file is dropped, checked, imported; bad rows are listed; a picture is no statement. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { card, openBrowser, openCentre, sit } from "./stage.mjs";

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

/** Yesterday evening by the wall clock, as banks write it. */
function lastEvening(minute) {
  const day = new Date(Date.now() - 24 * 3_600_000).toISOString().slice(0, 10);
  return `${day} 21:${String(minute).padStart(2, "0")}:05`;
}

function statement() {
  const rows = [
    "中国某银行账户明细",
    `账号：${card(71)}   户名：某人`,
    "交易时间,借贷标志,交易金额,余额,对方账号,对方户名,摘要,流水号",
    `${lastEvening(1)},贷,30000.00,30010.00,${card(72)},王某,转账,E1`,
    `${lastEvening(2)},借,20000.00,10010.00,${card(73)},李某,转账,E2`,
    `${lastEvening(3)},借,-5.00,10005.00,${card(73)},李某,转账,E3`,
    `${lastEvening(4)},借,1000.00,9010.00,6.2E+18,李某,转账,E4`,
    `${lastEvening(0).slice(0, 10)},借,10.00,,${card(73)},李某,转账,E5`,
    "合计,,51005.00,,,,,",
  ];
  return Buffer.from(rows.join("\r\n"), "utf8");
}

for (const lang of ["zh", "en"]) {
  test(`a statement becomes movements, and its bad rows are listed (${lang})`, async () => {
    const analyst = await sit(browser, centre, { lang });
    await analyst.signIn("linsu");
    await analyst.go("s", /\/statements/);
    await analyst.tabTo("[data-field=purpose]");
    await analyst.type("串并研判");
    const name = `某行-${lang}.csv`;
    await analyst.page.getByTestId("files").setInputFiles({ name, mimeType: "text/csv", buffer: statement() });
    await analyst.sees(".check .found");
    const rows = analyst.page.locator(".check table.t").last();
    await rows.waitFor();
    const text = await analyst.page.locator(".check").textContent();
    assert.ok(!text.includes(card(71)) && !text.includes(card(72)), "an account is shown whole");
    if (process.env.FANZHA_PICTURES)
      await analyst.page.screenshot({ path: `${process.env.FANZHA_PICTURES}/check-${lang}.png` });
    await analyst.leaveFields();
    await analyst.press("Control+Enter");
    await analyst.sees("[data-count=refused] b", "2");
    const kept = lang === "zh" ? "[data-count=new] b" : "[data-count=known] b";
    await analyst.sees(kept, "3");
    // A date without a time of day is kept, and said.
    await analyst.sees("[data-count=without_time] b", "1");
    await analyst.sees("[data-testid=without-time]");
    await analyst.sees("[data-testid=statement-result]", lang === "zh" ? "金额为负" : "negative");
    if (process.env.FANZHA_PICTURES)
      await analyst.page.screenshot({ path: `${process.env.FANZHA_PICTURES}/done-${lang}.png` });
    assert.deepEqual(analyst.complaints, []);
    await analyst.close();
  });
}

for (const lang of ["zh", "en"]) {
  test(`from a movement of an account to where its money went, by keyboard (${lang})`, async () => {
    const analyst = await sit(browser, centre, { lang });
    await analyst.signIn("linsu");
    await analyst.go("t", /\/trace/);
    // The keys are the page's once its form stands.
    await analyst.sees("[name=purpose]");
    // Nothing is asked without a reason and a beginning; each is said at its field.
    await analyst.press("Control+Enter");
    await analyst.sees("[data-field=purpose] .err");
    await analyst.sees("[data-field=transfer_id] .err");
    await analyst.tabTo("[name=purpose]");
    await analyst.type("研判资金去向");
    await analyst.tabTo("[name=account_number]");
    await analyst.type(card(71));
    await analyst.press("Tab");
    await analyst.type(lastEvening(1).slice(5, 16));
    await analyst.press("Tab");
    await analyst.type("30000");
    await analyst.press("Enter");
    await analyst.sees("[data-testid=movements] tr.cursor", "30,000.00");
    await analyst.leaveFields();
    await analyst.press("Enter");
    await analyst.arrives(/from=/);
    assert.ok(!analyst.page.url().includes(card(71)), "an account number stands in the address");
    await analyst.press("Control+Enter");
    await analyst.sees("[data-testid=trace-rows] tr[data-hop='1']", "20,000.00");
    const text = await analyst.page.locator(".trace").textContent();
    assert.ok(!text.includes(card(72)) && !text.includes(card(73)), "an account is shown whole");
    // Another doctrine is another question; the way back shows the answer that was there.
    await analyst.press("m");
    await analyst.seesNot("[data-testid=traced]");
    await analyst.page.goto(analyst.page.url().replace("mode=fifo", "depth=0"));
    await analyst.tabTo("[name=purpose]");
    await analyst.type("研判资金去向");
    await analyst.press("Control+Enter");
    await analyst.sees("[data-testid=traced] .sums", lang === "zh" ? "部分未再追踪" : "not followed");
    assert.deepEqual(analyst.complaints, []);
    await analyst.close();
  });
}

test("a picture, and a file without a reason, are refused in words", async () => {
  const officer = await sit(browser, centre);
  await officer.signIn("liyang");
  await officer.go("s", /\/statements/);
  const picture = {
    name: "流水.xls",
    mimeType: "application/vnd.ms-excel",
    buffer: Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
  };
  await officer.page.getByTestId("files").setInputFiles(picture);
  await officer.sees("[data-field=purpose] .err");
  await officer.tabTo("[data-field=purpose]");
  await officer.type("核对流水");
  await officer.page.getByTestId("files").setInputFiles(picture);
  await officer.sees("[data-testid=statement-result] [role=alert]", "图片");
  assert.deepEqual(officer.complaints, []);
  await officer.close();
});
