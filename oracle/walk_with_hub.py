#!/usr/bin/env python3
"""From the call to the relieved freeze, on a real centre with the hub of hub.py at the other end of its directories.
Founds the centre as its first administrator would, over HTTP alone. Usage: walk_with_hub.py BINARY EMPTY_DIRECTORY
Ends with status 1 and a sentence when a step goes otherwise than it should, or when the hub finds anything in a request
that departs from the description of the platform. Waits are for conditions, with a deadline."""
import base64, hashlib, hmac, http.client, json, os, queue, re, struct, subprocess, sys, threading, time, uuid
from datetime import datetime, timedelta, timezone

WAIT = 60
FIRST, LATER = "Yue-Ming-Jiang-47", "Chang-Feng-Po-Lang-48"
ICBC, ABC, CCB = "102100099996", "103100000026", "105533000054"
NOW = datetime.now(timezone(timedelta(hours=8))).replace(microsecond=0)
PAID, MOVED = NOW - timedelta(minutes=8), NOW - timedelta(minutes=5)


def fail(sentence): sys.exit(sentence)


def same(what, found, wanted):
    if found != wanted: fail(f"{what}: {found!r} instead of {wanted!r}")


# ---- invented numbers with their check digits ------------------------------------------------------------------------

def card(first):
    digits = [int(c) for c in reversed(first)]
    doubled = sum(d * 2 - 9 * (d > 4) if i % 2 == 0 else d for i, d in enumerate(digits))
    return first + str(-doubled % 10)


def id_card(first):
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return first + "10X98765432"[sum(int(a) * b for a, b in zip(first, weights)) % 11]


VICTIM, FIRST_LAYER, SECOND_LAYER = (card(f) for f in ("620000000000000003", "620000000000000001", "620000050000000002"))
VICTIM_ID = id_card("42110219000101124")


def ledger():
    def account(bank, bank_name, number, name, id_number, opening):
        return dict(bank=bank, bank_name=bank_name, number=number, sub="1", name=name, type="01", id_type="01",
                    id_number=id_number, phone="19900000000", opening=opening)
    def moved(at, origin, to, amount):
        return {"at": at.strftime("%Y%m%d%H%M%S"), "from": origin, "to": to, "amount": amount}
    return {
        "node": "010000000005",
        "accounts": [
            account(ICBC, "中国工商银行", VICTIM, "试甲", VICTIM_ID, "80000"),
            account(ABC, "中国农业银行", FIRST_LAYER, "测乙", id_card("42110219000202125"), "0"),
            account(CCB, "中国建设银行", SECOND_LAYER, "测丙", id_card("42110219000303126"), "10"),
        ],
        "movements": [moved(PAID, VICTIM, FIRST_LAYER, "50000.00"), moved(MOVED, FIRST_LAYER, SECOND_LAYER, "30000.00")],
    }


def report():
    person = {"name": "试甲", "phone": "19900000000"}
    payment = {
        "paid_at": PAID.isoformat(), "amount_fen": 5_000_000, "channel": "手机银行",
        "from": {"name": "试甲", "number": VICTIM, "number_confirmed": True, "bank_code": ICBC},
        "to": {"name": "测乙", "number": FIRST_LAYER, "bank_code": ABC, "bank_name": "中国农业银行"},
    }
    return {
        "narrative": "刚刚转账被骗", "channel": "hotline96110", "line": "3", "seat": "3", "category": "01",
        "offence_area": "421102", "send_stops": True, "caller": {**person, "relation": "self"},
        "victims": [{**person, "id_type": "01", "id_number": VICTIM_ID}], "payments": [payment],
    }


# ---- the two programs ------------------------------------------------------------------------------------------------

class Program:
    """Its lines on stdout, as they come; stderr goes to a file."""

    def __init__(self, command, log):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=open(log, "w"),
                                        text=True, encoding="utf-8")
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout: self.lines.put(line)

    def line(self):
        try: return self.lines.get(timeout=WAIT)
        except queue.Empty: fail(f"{self.process.args[0]} says nothing")


def until(what, look):
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        found = look()
        if found: return found
        time.sleep(0.05)
    fail(f"{what} did not come")


class Person:
    def __init__(self, address): self.address, self.headers = address, {"content-type": "application/json"}

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection(self.address, timeout=WAIT)
        key = {} if method == "GET" else {"idempotency-key": uuid.uuid4().hex}
        connection.request(method, path, None if body is None else json.dumps(body), {**self.headers, **key})
        answer = connection.getresponse()
        text = answer.read().decode()
        if answer.status > 299: fail(f"{method} {path}: {answer.status} {text}")
        found = json.loads(text) if text else None
        if answer.getheader("set-cookie"): self.headers["cookie"] = answer.getheader("set-cookie").split(";")[0]
        if isinstance(found, dict) and "csrf" in found: self.headers["x-csrf-token"] = found["csrf"]
        return found

    def sign_in(self, login, password):
        return self.ask("POST", "/api/session", {"login": login, "password": password})

    def enrol(self):
        secret = self.ask("POST", "/api/session/totp/enrol", {})["secret"]
        key = base64.b32decode(secret + "=" * (-len(secret) % 8))
        digest = hmac.new(key, struct.pack(">Q", int(time.time() // 30)), hashlib.sha1).digest()
        at = digest[-1] & 15
        code = (struct.unpack(">I", digest[at:at + 4])[0] & 0x7FFFFFFF) % 10**6
        self.ask("POST", "/api/session/totp/confirm", {"code": f"{code:06}"})


class Centre:
    STAFF = [
        ("seat", "李一", "city", "110301", ["call_taker", "order_officer"], None),
        ("second", "王二", "city", "110302", ["order_officer"], None),
        ("leader", "陈三", "city", "110001", ["approver", "duty_leader"], "city"),
        ("county", "何四", "county", "111201", ["county_officer"], None),
        ("county_second", "赵六", "county", "111202", ["county_officer"], None),
        ("chief", "周五", "county", "111200", ["approver"], "county"),
    ]

    def __init__(self, binary, folder):
        self.folder, log = folder, os.path.join(folder, "server.log")
        config = os.path.join(folder, "fanzha.toml")
        with open(config, "w") as file:
            file.write('[web]\nlisten = "127.0.0.1:0"\n[platform]\npoll_ms = 50\n[jobs]\nclocks_ms = 200\n[log]\nlevel = "warn"\n')
        self.server = Program([binary, "serve", "--config", config], log)
        self.address = self.server.line().rsplit("http://")[-1].strip()
        token = until("the one-time token", lambda: re.search(r"^\s*([0-9a-f]{32})\s*$", open(log).read(), re.M))
        self.people = {}
        self.found(token.group(1))
        books = os.path.join(folder, "ledger.json")
        with open(books, "w") as file: json.dump(ledger(), file)
        hub = os.path.join(os.path.dirname(os.path.abspath(__file__)), "hub.py")
        self.hub = Program([sys.executable, hub, "--dirs", os.path.join(folder, "platform"), "--ledger", books],
                           os.path.join(folder, "hub.log"))
        self.told = []
        self.hub_says(lambda event: "ready" in event)

    def found(self, token):
        root = Person(self.address)
        root.ask("POST", "/api/setup", {"token": token, "login": "root1", "name": "首任", "password": FIRST})
        root.sign_in("root1", FIRST)
        root.enrol()
        orgs = root.ask("GET", "/api/orgs")["items"]
        places = {
            "city": next(o["id"] for o in orgs if o["kind"] == "city"),
            "county": next(o["id"] for o in orgs if o["kind"] == "county" and o["area"] == "421102"),
        }
        # A county's papers carry its own words; without them it accepts no case.
        words = {"number_agency": "黄州公", "number_unit": "", "phone": "07130000001", "supervision_phone": "07130000002",
                 "progress_channel": "07130000003"}
        root.ask("PUT", f"/api/orgs/{places['county']}/paper", words)
        def make(login, name, place, number="", roles=()):
            new = {"login": login, "name": name, "org_id": places[place], "password": LATER, "police_number": number,
                   "roles": list(roles), "phone": "13900000001"}
            return root.ask("POST", "/api/users", new)["id"]
        make("guard", "安管", "city", roles=["security_admin"])
        guard = self.first_day("guard")
        guard.enrol()
        for login, name, place, number, roles, level in self.STAFF:
            user = make(login, name, place, number)
            guard.ask("PATCH", f"/api/users/{user}", {"roles": roles, **({"level": level} if level else {})})
            self.people[login] = self.first_day(login)

    def first_day(self, login):
        person = Person(self.address)
        if person.sign_in(login, LATER)["must_change_password"]:
            person.ask("POST", "/api/session/password", {"old": LATER, "new": LATER + "x"})
        return person

    def hub_says(self, wanted):
        for event in self.told:
            if wanted(event): return event
        while True:
            event = json.loads(self.hub.line())
            self.told.append(event)
            if event.get("problems") or "refused" in event or "problem" in event:
                fail(f"the hub complains: {json.dumps(event, ensure_ascii=False)}")
            if wanted(event): return event

    def get(self, who, path): return self.people[who].ask("GET", path)

    def post(self, who, path, body): return self.people[who].ask("POST", path, body)

    def settled(self, who, order, code):
        """The order once its bank has answered; the hub has found nothing amiss with the request."""
        self.hub_says(lambda event: event.get("application") == order["number"] and event.get("taken") == code)
        def look():
            found = self.get(who, f"/api/orders/{order['id']}")
            return found if found["state"] in ("executed", "failed", "done", "relieved") else None
        return until(f"the end of {code}", look)

    def order(self, by, approver, code, **asked):
        order = self.post(by, "/api/orders", {"reason": "侦查需要", **asked})
        self.post(approver, f"/api/orders/{order['id']}/approve", {"opinion": "同意"})
        return self.settled(by, order, code)

    def end(self):
        self.server.process.terminate()
        self.hub.process.stdin.close()
        same("the server's end", self.server.process.wait(WAIT), 0)
        same("the hub's end", self.hub.process.wait(WAIT), 0)


# ---- the walk --------------------------------------------------------------------------------------------------------

def walk(centre):
    accepted = centre.post("seat", "/api/reports", report())
    same("refused stops", accepted["refused"], [])
    case_of, stop = accepted["report"]["id"], accepted["orders"][0]
    centre.post("leader", f"/api/orders/{stop['id']}/approve", {"opinion": "同意"})
    stop = centre.settled("seat", stop, "200101")
    same("the first stop", (stop["state"], stop["held"]), ("executed", "20000.00"))

    # The bank's statement shows where the rest went; the next layer is stopped by one approval.
    about = {"report_id": case_of, "account_id": stop["account_id"]}
    same("the statement", centre.order("seat", "leader", "200301", kind="query_transactions", **about)["state"], "done")
    tree = centre.get("seat", f"/api/reports/{case_of}/golden")["tree"]
    nearby = [row for row in tree if row["proposable"]]
    same("the next layer", [(row["hop"], row["received"]) for row in nearby], [(2, "30000.00")])
    next_account = nearby[0]["account_id"]
    batch = centre.post("seat", f"/api/reports/{case_of}/extend", {"account_ids": [next_account]})
    centre.post("leader", f"/api/batches/{batch['id']}/approve", {"opinion": "同意"})
    extended = centre.settled("seat", batch["orders"][0], "200101")
    same("the extended stop", (extended["state"], extended["held"]), ("executed", "30010.00"))

    # The county accepts and files the case; only then the account is frozen, for the holder that the bank names.
    centre.post("leader", f"/api/reports/{case_of}/dispatch", {"area": "421102"})
    dispatch = centre.get("county", f"/api/reports/{case_of}/golden")["dispatch"]
    centre.post("county", f"/api/dispatches/{dispatch['id']}/acknowledge", {})
    case = centre.post("county", "/api/cases", {"report_id": case_of})
    centre.post("county", f"/api/cases/{case['id']}/file", {"opinion": "拟立案", "name": "试甲被诈骗案"})
    same("the case", centre.post("chief", f"/api/cases/{case['id']}/approve", {"opinion": "同意立案"})["state"], "filed")
    about = {"report_id": case_of, "account_id": next_account}
    same("the holder", centre.order("county", "chief", "200303", kind="query_holder", **about)["state"], "done")
    frozen = centre.order("county", "chief", "200201", kind="freeze", freeze_type="limited", amount_fen=3_000_000,
                          lets_go_fen=1_000, **about)
    same("the freeze", (frozen["state"], frozen["held"]), ("executed", "30000.00"))
    relief = centre.order("county", "chief", "200203", kind="freeze_relieve", order_id=frozen["id"], **about)
    same("the relief of the freeze", relief["state"], "done")
    same("the freeze after it", centre.get("county", f"/api/orders/{frozen['id']}")["state"], "relieved")

    about = {"report_id": case_of, "account_id": stop["account_id"]}
    same("the watch", centre.order("county", "chief", "200305", kind="watch", **about)["state"], "executed")
    about_next = {"report_id": case_of, "account_id": next_account}
    same("all accounts", centre.order("county", "chief", "200309", kind="query_all_accounts", **about_next)["state"], "done")
    relief = centre.order("seat", "leader", "200103", kind="stop_relieve", order_id=stop["id"], **about)
    same("the relief of the stop", relief["state"], "done")


def main():
    centre = Centre(sys.argv[1], sys.argv[2])
    try:
        walk(centre)
        centre.end()
    finally:
        for program in (centre.server, centre.hub): program.process.kill()


main()
