import { describe, expect, test } from "vitest";
import type { Entity, Rows } from "../../api/types";
import { emptyForm, idFacts, put, putIdNumber, read } from "./form";
import { pieces, setPieceAside, takePiece } from "./people";

const NOW = Date.parse("2026-04-03T21:12:47+08:00");
const entity = (kind: Entity["kind"], start: number, value: string): Entity => ({
  kind,
  start,
  text: value,
  value,
  check: "ok",
  approx: false,
});
const NO_ROWS: Rows = {
  payments: [],
  received: [],
  planned: [],
  stated_total: null,
  sum_differs: false,
  area: null,
  category_hint: null,
};

describe("the clause says whose it is", () => {
  const at = (narrative: string, kind: Entity["kind"], text: string) =>
    pieces(
      { ...emptyForm(), narrative },
      [entity(kind, [...narrative.slice(0, narrative.indexOf(text))].length, text)],
      null,
    )[0]?.path;
  test.each<[string, Entity["kind"], string, string | null]>([
    ["我叫张三，刚才转了钱", "person", "张三", "victims[0].name"],
    ["我老婆李四被人骗了", "person", "李四", "victims[0].name"],
    ["有个自称张警官的", "person", "张警官", null],
    ["对方说他叫王五", "person", "王五", null],
    ["客服李经理让我转", "person", "李经理", null],
    ["我是邓先生", "person", "邓先生", "caller.name"],
    ["对方电话19900000417", "phone", "19900000417", null],
    ["我电话19900000138", "phone", "19900000138", "caller.phone"],
    ["刚才有个电话005943510911打过来", "phone", "005943510911", null],
    ["航班取消了，打上面的电话005990137896办改签", "phone", "005990137896", null],
  ])("%s: %s %s", (narrative, kind, text, path) => expect(at(narrative, kind, text)).toBe(path));
});

test("amounts, accounts, times and banks are of rows and offered nowhere else; a payee is no victim", () => {
  const rows = { ...NO_ROWS, payments: [{ to: { name: "马万里" } }] } as unknown as Rows;
  const found = [
    entity("amount", 0, "3000000"),
    entity("bank_card", 10, "6200001234567890128"),
    entity("time", 30, "2026-04-03T21:05+08:00"),
    entity("bank", 40, "中国工商银行"),
    entity("person", 50, "马万里"),
  ];
  expect(pieces(emptyForm(), found, rows)).toEqual([]);
});

test.each([
  ["打到江城通9915001409082479，名字是孙婷婷", undefined],
  ["转出 20,000.00元 → 江城通 9915001409082479 孙婷婷", undefined],
  ["向江城通账户9915001409082479（户名：孙婷婷）转账", undefined],
  ["我的卡9915001409082479被冻结了，我叫孙婷婷", "victims[0].name"],
])("whoever holds the account that was paid is no victim: %s", (narrative, path) => {
  const at = (text: string) => [...narrative.slice(0, narrative.indexOf(text))].length;
  const found = [
    entity("bank_card", at("9915001409082479"), "9915001409082479"),
    entity("person", at("孙婷婷"), "孙婷婷"),
  ];
  expect(pieces({ ...emptyForm(), narrative }, found, null)[0]?.path).toBe(path);
});

test("a name behind the payer's own card is the payer's", () => {
  const narrative = "付款卡9915001409082479 孙婷婷";
  const rows = { ...NO_ROWS, payments: [{ from: { account: "9915001409082479" } }] } as unknown as Rows;
  const found = [entity("bank_card", 3, "9915001409082479"), entity("person", 20, "孙婷婷")];
  expect(pieces({ ...emptyForm(), narrative }, found, rows)[0]?.path).toBe("victims[0].name");
});

test.each([
  ["我爸韩杰被人骗了，我来说", "child"],
  ["我老婆韩杰被骗了", "spouse"],
  ["我女儿韩杰被骗了", "parent"],
  ["我叫韩杰，被骗了", "self"],
])("the name of the victim says who calls for him: %s", (narrative, relation) => {
  const form = { ...emptyForm(), narrative };
  const [piece] = pieces(
    form,
    [entity("person", [...narrative.slice(0, narrative.indexOf("韩杰"))].length, "韩杰")],
    null,
  );
  if (!piece) throw new Error("a piece is offered");
  expect(takePiece(form, piece, NOW).caller.relation).toBe(relation);
});

test("a name said twice is one piece, and a second phone is the victim's", () => {
  const form = put(emptyForm(), "caller.phone", "19900000138");
  const found = [entity("person", 0, "张三"), entity("person", 20, "张三"), entity("phone", 40, "19900000417")];
  expect(pieces(form, found, null).map((p) => p.path)).toEqual(["victims[0].name", "victims[0].phone"]);
});

test("one key never writes over what is there", () => {
  const form = put(put(emptyForm(), "victims[0].name", "张三"), "caller.name", "李四");
  expect(pieces(form, [entity("person", 0, "王五")], null)[0]).toMatchObject({
    path: null,
    others: ["victims[0].name", "caller.name"],
  });
});

test("type and place are proposals that a person takes, as long as nobody chose", () => {
  const rows = { ...NO_ROWS, area: "421123", category_hint: "01" };
  let form = emptyForm();
  expect(pieces(form, [], rows).map((p) => [p.kind, p.value, p.path])).toEqual([
    ["category", "01", "category"],
    ["area", "421123", "offence_area"],
  ]);
  for (const piece of pieces(form, [], rows)) form = takePiece(form, piece, NOW);
  expect([form.category, form.offence_area]).toEqual(["01", "421123"]);
  expect(pieces(form, [], rows)).toEqual([]);
  expect(pieces(put(emptyForm(), "category", "03"), [], rows).map((p) => p.kind)).toEqual(["area"]);
});

test("set aside is not offered again", () => {
  const found = [entity("person", 0, "张三")];
  const [piece] = pieces(emptyForm(), found, null);
  if (!piece) throw new Error("a piece is offered");
  expect(pieces(setPieceAside(emptyForm(), piece), found, null)).toEqual([]);
});

describe("sex and age are those of the identity number (GB 11643)", () => {
  test.each<[string, { sex: string; age: string } | null]>([
    ["110101199003070775", { sex: "male", age: "36" }],
    ["11010119900307803X", { sex: "male", age: "36" }],
    ["110101199003070776", null],
    ["11010119900307", null],
  ])("%s", (id, want) => expect(idFacts(id, NOW)).toEqual(want));
  test("the birthday decides the year", () => {
    const age = (day: string) => idFacts("110101199003070775", Date.parse(`${day}T12:00:00+08:00`))?.age;
    expect([age("2026-03-06"), age("2026-03-07")]).toEqual(["35", "36"]);
  });
  test("they come into the form with the number, typed or taken", () => {
    const form = putIdNumber(emptyForm(), 0, "110101199003070775", NOW);
    expect([read(form, "victims[0].sex"), read(form, "victims[0].age")]).toEqual(["male", "36"]);
    const [piece] = pieces(emptyForm(), [entity("id_card", 0, "110101199003070775")], null);
    if (!piece) throw new Error("a piece is offered");
    expect(read(takePiece(emptyForm(), piece, NOW), "victims[0].sex")).toBe("male");
  });
});
